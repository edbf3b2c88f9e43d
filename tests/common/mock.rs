//! A server that plays the teachers' interfaces on this machine, with whatever faults a test asks for.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// A request that came in.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub path: String,
    /// Names in lower case.
    pub headers: HashMap<String, String>,
    /// What it holds, where that is JSON.
    pub body: Value,
    pub bytes: Vec<u8>,
    /// How often this prompt came in before.
    pub before: usize,
}

impl Request {
    /// What it asks: a prompt, or what else there is to call.
    fn asked(&self) -> String {
        if self.body["messages"].is_array() { self.prompt() } else { format!("{} {}", self.method, self.path) }
    }

    /// The prompt, which both interfaces have last among their messages.
    pub fn prompt(&self) -> String {
        let messages = self.body["messages"].as_array().expect("messages");
        messages.last().expect("a message")["content"].as_str().expect("a text").to_owned()
    }
}

/// What the server does.
pub enum Reaction {
    /// Answers with a status, more headers and a body.
    Answer(u16, Vec<(&'static str, &'static str)>, Value),
    /// Waits before it does.
    Slow(Duration, Box<Reaction>),
    /// Answers with text as it is.
    Text(String),
    /// Promises so many bytes, sends the first of them, and the rest never.
    Stall(usize, String),
    /// Promises so many bytes, sends the first of them, and closes the connection.
    Cut(usize, String),
    /// Sends half an answer, and closes the connection.
    Drop,
    /// Closes the connection without a word.
    Close,
}

/// What came in so far.
#[derive(Default)]
struct Seen {
    requests: Vec<Request>,
    /// How often each was asked.
    times: HashMap<String, usize>,
}

/// A running server. It ends with the process; nothing waits for it.
pub struct Mock {
    pub url: String,
    seen: Arc<Mutex<Seen>>,
}

impl Mock {
    pub fn start(react: impl Fn(&Request) -> Reaction + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let all = Arc::new(Mutex::new(Seen::default()));
        let (seen, react) = (Arc::clone(&all), Arc::new(react));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, react) = (Arc::clone(&seen), Arc::clone(&react));
                thread::spawn(move || serve(&stream, &seen, react.as_ref()));
            }
        });
        Self { url, seen: all }
    }

    pub fn requests(&self) -> Vec<Request> {
        self.seen.lock().expect("no test panics in here").requests.clone()
    }

    /// How many requests came in.
    pub fn count(&self) -> usize {
        self.seen.lock().expect("no test panics in here").requests.len()
    }
}

/// Answers the requests of one connection, until either side has enough.
fn serve(stream: &TcpStream, seen: &Mutex<Seen>, react: &(impl Fn(&Request) -> Reaction + ?Sized)) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut input = BufReader::new(stream);
    loop {
        let mut line = String::new();
        input.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let mut words = line.split(' ').map(str::to_owned);
        let (method, path) = (words.next()?, words.next()?);
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            input.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        let length = headers.get("content-length").map_or(Ok(0), |length| length.parse()).ok()?;
        let mut bytes = vec![0; length];
        input.read_exact(&mut bytes).ok()?;
        let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let mut request = Request { method, path, headers, body, bytes, before: 0 };
        {
            let mut seen = seen.lock().ok()?;
            let times = seen.times.entry(request.asked()).or_default();
            request.before = *times;
            *times += 1;
            seen.requests.push(request.clone());
        }
        answer(stream, react(&request))?;
    }
}

fn answer(mut stream: &TcpStream, reaction: Reaction) -> Option<()> {
    match reaction {
        Reaction::Slow(pause, then) => {
            thread::sleep(pause);
            answer(stream, *then)
        }
        Reaction::Drop => answer(stream, Reaction::Cut(1_000, "{\"half\":".to_owned())),
        Reaction::Cut(length, body) => {
            stream.write_all(format!("HTTP/1.1 200 X\r\ncontent-length: {length}\r\n\r\n{body}").as_bytes()).ok()?;
            None
        }
        Reaction::Close => None,
        Reaction::Stall(length, body) => {
            stream.write_all(format!("HTTP/1.1 200 X\r\ncontent-length: {length}\r\n\r\n{body}").as_bytes()).ok()?;
            // Until the other side has gone.
            stream.read_to_end(&mut Vec::new()).ok()?;
            None
        }
        Reaction::Text(body) => {
            let length = body.len();
            stream.write_all(format!("HTTP/1.1 200 X\r\ncontent-length: {length}\r\n\r\n{body}").as_bytes()).ok()
        }
        Reaction::Answer(status, headers, body) => {
            let body = body.to_string();
            let mut head = format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n");
            for (name, value) in headers {
                head += &format!("{name}: {value}\r\n");
            }
            let length = body.len();
            stream.write_all(format!("{head}content-length: {length}\r\n\r\n{body}").as_bytes()).ok()
        }
    }
}

/// An answer of Anthropic's Messages: 20 tokens in, 200 out.
pub fn message(text: &str, stop_reason: &str) -> Reaction {
    let body = json!({
        "id": "msg_01", "type": "message", "role": "assistant", "model": "claude-haiku-4-5-20251001",
        "content": [{ "type": "text", "text": text }], "stop_reason": stop_reason, "stop_sequence": null,
        "usage": { "input_tokens": 20, "output_tokens": 200, "cache_creation_input_tokens": 0,
                   "cache_read_input_tokens": 0, "service_tier": "standard" },
    });
    Reaction::Answer(200, vec![("request-id", "req_01")], body)
}

/// An answer of a chat completion: 20 tokens in, 200 out.
pub fn completion(text: &str, finish_reason: &str) -> Reaction {
    let body = json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "local-1",
        "choices": [{ "index": 0, "finish_reason": finish_reason, "logprobs": null,
                      "message": { "role": "assistant", "content": text, "refusal": null } }],
        "usage": { "prompt_tokens": 20, "completion_tokens": 200, "total_tokens": 220 },
    });
    Reaction::Answer(200, vec![("x-request-id", "req_02")], body)
}

/// A failure as Anthropic tells it.
pub fn failure(status: u16, kind: &str, headers: Vec<(&'static str, &'static str)>) -> Reaction {
    let body = json!({ "type": "error", "error": { "type": kind, "message": format!("it is {kind}") }, "request_id": "req_03" });
    Reaction::Answer(status, headers, body)
}
