//! Requests and their failures.

use std::io::{BufRead as _, BufReader, Read as _};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use ureq::http::{Response, Uri};
use ureq::{Agent, Body, RequestBuilder};

use super::retry::Signs;
use super::{Endpoint, EndpointError, Fault, Key, Question, Reply, Retry, anthropic, openai};
use crate::domain::teacher::Provider;

/// The longest answer that is read, in bytes.
const MAX_ANSWER_BYTES: u64 = 64 << 20;

/// How much of an error's text is kept, in characters.
const MAX_MESSAGE_CHARS: usize = 400;

/// The shortest key that is taken to be secret.
const SHORTEST_SECRET: usize = 16;

/// The headers that tell whether and when to ask again.
const HEADERS: [&str; 3] = ["x-should-retry", "retry-after-ms", "retry-after"];

/// How long a connection, and a whole request, may take.
const CONNECT: Duration = Duration::from_secs(30);
pub(super) const REQUEST: Duration = Duration::from_secs(600);

/// The longest answer that a request of that time is enough for; a longer one gets more in proportion.
const TOKENS_IN_TIME: u64 = 21_333;

/// A server, ready to be asked.
#[derive(Debug)]
pub(crate) struct Client {
    endpoint: Endpoint,
    /// The address before the name of what is called.
    root: String,
    agent: Agent,
}

/// What is sent.
pub(super) struct Call<'a> {
    /// What is called, as a path below the root.
    pub path: &'a str,
    /// The body and its type; without one the call only reads.
    pub body: Option<(&'a str, &'a [u8])>,
    pub timeout: Duration,
}

/// What came back.
pub(super) struct Called {
    response: Response<Body>,
    request_id: Option<String>,
}

impl Client {
    /// Prepares to ask a server; no connection is made yet.
    ///
    /// # Errors
    /// When its address is none, or prompts and key would travel in the open.
    pub fn new(endpoint: Endpoint, connections: usize) -> Result<Self, EndpointError> {
        let (root, loopback) = root(&endpoint)?;
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            // A redirect would take prompts and key to where nobody sent them.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(connections)
            .max_idle_connections_per_host(connections)
            .timeout_connect(Some(CONNECT));
        if loopback {
            config = config.proxy(None);
        }
        Ok(Self { endpoint, root, agent: config.build().new_agent() })
    }

    /// Returns the address that is asked.
    pub fn root(&self) -> &str {
        &self.root
    }

    pub fn provider(&self) -> Provider {
        self.endpoint.provider
    }

    /// Asks one question, once.
    pub fn ask(&self, question: &Question<'_>) -> Result<Reply, Fault> {
        self.asked(question).map_err(|fault| self.hushed(fault))
    }

    fn asked(&self, question: &Question<'_>) -> Result<Reply, Fault> {
        let path = match self.endpoint.provider {
            Provider::Anthropic => "/messages",
            Provider::Openai | Provider::OpenaiCompatible => "/chat/completions",
        };
        let body = body(question, self.endpoint.provider).to_string();
        let more = question.max_tokens.div_ceil(TOKENS_IN_TIME).clamp(1, 1_000) as u32;
        let body = Some(("application/json", body.as_bytes()));
        let called = self.call(&Call { path, body, timeout: REQUEST * more })?;
        let request_id = called.request_id.clone();
        let bytes = self.read(called)?;
        reply(&bytes, self.endpoint.provider)
            .map(|reply| Reply { request_id: request_id.clone(), ..reply })
            .map_err(|error| Fault { request_id, ..malformed(&error) })
    }

    /// Calls, and returns what came back, if it is a success.
    pub(super) fn call(&self, call: &Call<'_>) -> Result<Called, Fault> {
        let url = format!("{}{}", self.root, call.path);
        let sent = match call.body {
            Some((kind, bytes)) => {
                let request = self.known(self.agent.post(&url)).header("content-type", kind);
                request.config().timeout_global(Some(call.timeout)).build().send(bytes)
            }
            None => {
                let request = self.known(self.agent.get(&url));
                request.config().timeout_global(Some(call.timeout)).build().call()
            }
        };
        let response = sent.map_err(|error| self.unanswered(&error))?;
        let header = |name: &str| {
            let value = response.headers().get(name)?;
            value.to_str().ok().map(|text| self.without_key(text))
        };
        let request_id = header("request-id").or_else(|| header("x-request-id"));
        let status = response.status().as_u16();
        if status == 200 {
            return Ok(Called { response, request_id });
        }
        let headers = HEADERS.map(|name| (name, header(name)));
        let bytes = self.read(Called { response, request_id: request_id.clone() })?;
        let header = |name: &str| headers.iter().find(|(known, _)| *known == name)?.1.clone();
        Err(Fault { request_id, ..fault(status, &bytes, &header) })
    }

    /// Reads all that came back, without the key.
    pub(super) fn read(&self, mut called: Called) -> Result<Vec<u8>, Fault> {
        let read = called.response.body_mut().with_config().limit(MAX_ANSWER_BYTES).read_to_vec();
        let bytes = read.map_err(|error| Fault { request_id: called.request_id, ..self.unanswered(&error) })?;
        Ok(self.without_key_in(bytes))
    }

    /// Gives what came back to `visit` line by line, without the key.
    pub(super) fn each_line(
        &self,
        mut called: Called,
        mut visit: impl FnMut(&[u8]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut reader = BufReader::new(called.response.body_mut().with_config().limit(u64::MAX).reader());
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = (&mut reader).take(MAX_ANSWER_BYTES).read_until(b'\n', &mut line);
            match read.map_err(|error| self.unanswered(&error.into()))? {
                0 => return Ok(()),
                _ if line.trim_ascii().is_empty() => {}
                _ => visit(&self.without_key_in(line.trim_ascii().to_vec()))?,
            }
        }
    }

    /// Adds what the provider knows its user by.
    fn known<B>(&self, request: RequestBuilder<B>) -> RequestBuilder<B> {
        let key = self.endpoint.key.iter();
        match self.endpoint.provider {
            Provider::Anthropic => {
                let request = request.header("anthropic-version", anthropic::VERSION);
                key.fold(request, |request, key| request.header("x-api-key", &key.0))
            }
            Provider::Openai | Provider::OpenaiCompatible => {
                key.fold(request, |request, key| request.header("authorization", format!("Bearer {}", key.0)))
            }
        }
    }

    /// A request that nobody answered: the connection failed, or took too long.
    fn unanswered(&self, error: &ureq::Error) -> Fault {
        let (code, retry) = match error {
            ureq::Error::BodyExceedsLimit(_) => ("too_long", Retry::Never),
            ureq::Error::Timeout(_) => ("timeout", Retry::Backoff),
            _ => ("connection", Retry::Backoff),
        };
        Fault {
            status: None,
            code: code.to_owned(),
            message: self.without_key(&error.to_string()),
            retry,
            of_teacher: false,
            limited: false,
            request_id: None,
        }
    }

    /// Returns the key, unless it is a mere word, as servers of one's own are given (`EMPTY`, `ollama`): that may stand in
    /// an answer, and is nothing to hide.
    fn secret(&self) -> Option<&Key> {
        self.endpoint.key.as_ref().filter(|key| key.0.len() >= SHORTEST_SECRET)
    }

    /// Takes the key out of what a failure says, a mere word too: it may be meant as the secret that it stands for.
    pub(super) fn hushed(&self, fault: Fault) -> Fault {
        match &self.endpoint.key {
            Some(key) => Fault { message: fault.message.replace(&key.0, "[key]"), ..fault },
            None => fault,
        }
    }

    /// Takes the key out of what a server sends: some say in an error which key was wrong.
    fn without_key(&self, text: &str) -> String {
        match self.secret() {
            Some(key) => text.replace(&key.0, "[key]"),
            None => text.to_owned(),
        }
    }

    fn without_key_in(&self, bytes: Vec<u8>) -> Vec<u8> {
        let Some(key) = self.secret() else { return bytes };
        let holds = |bytes: &[u8]| bytes.windows(key.0.len()).any(|window| window == key.0.as_bytes());
        if holds(&bytes) { self.without_key(&String::from_utf8_lossy(&bytes)).into_bytes() } else { bytes }
    }
}

/// Returns the body of a question.
pub(super) fn body(question: &Question<'_>, provider: Provider) -> Value {
    match provider {
        Provider::Anthropic => anthropic::body(question),
        Provider::Openai | Provider::OpenaiCompatible => openai::body(question, provider),
    }
}

/// Reads an answer.
pub(super) fn reply(bytes: &[u8], provider: Provider) -> serde_json::Result<Reply> {
    match provider {
        Provider::Anthropic => anthropic::reply(bytes),
        Provider::Openai | Provider::OpenaiCompatible => openai::reply(bytes),
    }
}

/// An answer that is none.
pub(super) fn malformed(error: &serde_json::Error) -> Fault {
    Fault {
        status: Some(200),
        code: "malformed".to_owned(),
        message: format!("the answer is not what the interface promises: {error}"),
        retry: Retry::Backoff,
        of_teacher: false,
        limited: false,
        request_id: None,
    }
}

/// Returns the address below which everything is called, and whether it is on this machine.
fn root(endpoint: &Endpoint) -> Result<(String, bool), EndpointError> {
    let usual = match endpoint.provider {
        Provider::Anthropic => "https://api.anthropic.com",
        Provider::Openai => "https://api.openai.com/v1",
        Provider::OpenaiCompatible => "",
    };
    let base = endpoint.base_url.as_deref().unwrap_or(usual).trim_end_matches('/');
    let wrong = || EndpointError::Url(base.to_owned());
    let uri: Uri = base.parse().map_err(|_| wrong())?;
    let authority = uri.authority().ok_or_else(wrong)?;
    // A name and password in an address would be logged wherever the address is.
    if uri.query().is_some() || authority.as_str().contains('@') {
        return Err(wrong());
    }
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let loopback = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    match uri.scheme_str() {
        Some("https") => {}
        Some("http") if loopback || endpoint.insecure => {}
        Some("http") => return Err(EndpointError::Insecure(base.to_owned())),
        _ => return Err(wrong()),
    }
    // Both vendors have their interface below `/v1`; other servers may have it elsewhere.
    let bare = uri.path() == "/" || uri.path().is_empty();
    let whole = base.ends_with("/v1") || (endpoint.provider != Provider::Anthropic && !bare);
    Ok((if whole { base.to_owned() } else { format!("{base}/v1") }, loopback))
}

/// Reads what a failed response says; both vendors have an object `error` in its body.
pub(super) fn fault(status: u16, bytes: &[u8], header: &dyn Fn(&str) -> Option<String>) -> Fault {
    let body: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let error = &body["error"];
    let words = [&error["details"]["error_code"], &error["code"], &error["type"]];
    // Some servers give the status as a code; the type says more.
    let codes = words.iter().filter_map(|word| word.as_str()).filter(|word| *word != status.to_string());
    let codes: Vec<String> = codes.map(str::to_owned).collect();
    let message = error["message"].as_str().or(error.as_str()).map(str::to_owned);
    let message = message.unwrap_or_else(|| String::from_utf8_lossy(bytes).trim().to_owned());
    let signs = Signs { status, codes: &codes, header, now: Timestamp::now() };
    Fault {
        status: Some(status),
        code: codes.first().cloned().unwrap_or_else(|| format!("status {status}")),
        message: message.chars().take(MAX_MESSAGE_CHARS).collect(),
        retry: signs.retry(),
        of_teacher: signs.of_teacher(),
        limited: matches!(status, 429 | 503 | 529),
        request_id: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root_of(provider: Provider, base_url: Option<&str>, insecure: bool) -> Result<String, EndpointError> {
        let endpoint = Endpoint { provider, base_url: base_url.map(str::to_owned), key: None, insecure };
        root(&endpoint).map(|(root, _)| root)
    }

    #[test]
    fn an_address_ends_where_the_interface_begins() {
        use Provider::{Anthropic, Openai, OpenaiCompatible};
        for (provider, base_url, expected) in [
            (Anthropic, None, "https://api.anthropic.com/v1"),
            (Openai, None, "https://api.openai.com/v1"),
            (Anthropic, Some("http://localhost:1/v1/"), "http://localhost:1/v1"),
            (OpenaiCompatible, Some("http://127.0.0.1:8000"), "http://127.0.0.1:8000/v1"),
            (OpenaiCompatible, Some("http://[::1]:8000/v1"), "http://[::1]:8000/v1"),
            (OpenaiCompatible, Some("https://host/api/v2"), "https://host/api/v2"),
        ] {
            assert_eq!(root_of(provider, base_url, false).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn nothing_travels_in_the_open_unless_it_is_asked_for() {
        let there = Some("http://192.0.2.1:8000");
        let insecure = EndpointError::Insecure("http://192.0.2.1:8000".to_owned());
        assert_eq!(root_of(Provider::OpenaiCompatible, there, false), Err(insecure));
        assert!(root_of(Provider::OpenaiCompatible, there, true).is_ok());
        for trick in ["http://localhost.example", "http://127.0.0.1.example", "http://0.0.0.0:1"] {
            assert!(
                matches!(root_of(Provider::Openai, Some(trick), false), Err(EndpointError::Insecure(_))),
                "{trick}"
            );
        }
        for wrong in ["", "localhost:8000", "ftp://localhost", "http://a@localhost", "http://localhost?x=1", "http://"]
        {
            assert!(
                matches!(root_of(Provider::OpenaiCompatible, Some(wrong), true), Err(EndpointError::Url(_))),
                "{wrong}"
            );
        }
    }

    /// A server that takes a request and says nothing, and one that stops in the middle of an answer.
    #[test]
    fn an_answer_that_takes_too_long_is_a_timeout() {
        use std::io::Write as _;
        for provider in [Provider::Anthropic, Provider::Openai] {
            for said in ["", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{\"mo"] {
                let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
                let base_url = Some(format!("http://{}", listener.local_addr().expect("an address")));
                let open = std::thread::spawn(move || {
                    let (mut stream, _) = listener.accept().expect("a connection");
                    stream.write_all(said.as_bytes()).expect("the other side listens");
                    stream
                });
                let client = Client::new(Endpoint { provider, base_url, key: None, insecure: false }, 1);
                let client = client.expect("an address");
                let call = Call { path: "/x", body: Some(("x", b"y")), timeout: Duration::from_millis(200) };
                let fault = client.call(&call).and_then(|called| client.read(called)).expect_err("no answer comes");
                assert_eq!((fault.code.as_str(), fault.retry), ("timeout", Retry::Backoff), "{provider:?} {said:?}");
                drop(open.join());
            }
        }
    }

    #[test]
    fn a_failure_keeps_the_most_telling_word() {
        let none = |_: &str| None;
        let body = br#"{"type":"error","error":{"type":"rate_limit_error","message":"slow down"},"request_id":"r"}"#;
        let limited = fault(429, body, &none);
        assert_eq!(
            (limited.code.as_str(), limited.message.as_str(), limited.limited),
            ("rate_limit_error", "slow down", true)
        );
        let body = br#"{"error":{"message":"no money","type":"insufficient_quota","param":null,"code":"credit_balance_exhausted"}}"#;
        let broke = fault(429, body, &none);
        assert_eq!(
            (broke.code.as_str(), broke.retry, broke.of_teacher),
            ("credit_balance_exhausted", Retry::Never, true)
        );
        let body = br#"{"error":{"message":"slow down","type":"throttling_error","param":null,"code":"429"}}"#;
        assert_eq!(fault(429, body, &none).code, "throttling_error");
        let page = fault(502, b"<html>bad gateway</html>", &none);
        assert_eq!((page.code.as_str(), page.message.as_str()), ("status 502", "<html>bad gateway</html>"));
    }

    /// A word that stands for a key on one's own server may be a word of an answer.
    #[test]
    fn a_mere_word_is_left_in_answers() {
        let endpoint = Endpoint {
            provider: Provider::OpenaiCompatible,
            base_url: Some("http://localhost:1".to_owned()),
            key: super::super::Key::new("EMPTY").ok(),
            insecure: false,
        };
        let client = Client::new(endpoint, 1).expect("an address");
        assert_eq!(client.without_key_in(b"if (EMPTY) return;".to_vec()), b"if (EMPTY) return;");
        let said = fault(401, br#"{"error":{"message":"no such key: EMPTY","code":"EMPTY_KEY"}}"#, &|_| None);
        let hushed = client.hushed(said);
        assert_eq!((hushed.message.as_str(), hushed.code.as_str()), ("no such key: [key]", "EMPTY_KEY"));
    }

    #[test]
    fn a_key_is_not_shown() {
        let key = super::super::Key::new(" sk-secret-0123456\n").ok();
        let endpoint = Endpoint { provider: Provider::Openai, base_url: None, key, insecure: false };
        let client = Client::new(endpoint, 1).expect("the usual address");
        assert!(!format!("{client:?}").contains("secret"));
        assert_eq!(client.without_key("wrong key sk-secret-0123456!"), "wrong key [key]!");
        assert_eq!(client.without_key_in(b"{\"k\": \"sk-secret-0123456\"}".to_vec()), b"{\"k\": \"[key]\"}");
    }
}
