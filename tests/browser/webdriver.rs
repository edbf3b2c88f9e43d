//! As much of a WebDriver client (w3.org/TR/webdriver2) as it takes to look at a page in Chromium: JSON over HTTP, over
//! loopback, to the ChromeDriver that it starts.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// A browser with one page, which ends with this value.
pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
}

impl Browser {
    /// Starts a browser, if there is one on this machine, and a driver of it.
    pub fn start() -> Option<Self> {
        let browser = find(&["chromium", "chromium-browser", "google-chrome"])?;
        let mut driver = Command::new(find(&["chromedriver"])?)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the driver can be started");
        let lines = BufReader::new(driver.stdout.take().expect("its output")).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            let port = line.split_once("started successfully on port ")?.1;
            port.trim_end_matches('.').parse().ok()
        });
        let mut browser_of = Self { driver, port: port.expect("the driver names its port"), session: String::new() };
        let options = json!({
            "binary": browser,
            // A browser that reaches nothing but files, and fetches nothing of its own accord.
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND",
            ],
        });
        let logs = json!({ "browser": "ALL", "performance": "ALL" });
        let wanted = json!({ "browserName": "chrome", "goog:loggingPrefs": logs, "goog:chromeOptions": options });
        let session = browser_of.request("POST", "/session", &json!({ "capabilities": { "alwaysMatch": wanted } }));
        browser_of.session = session["sessionId"].as_str().expect("a session").to_owned();
        Some(browser_of)
    }

    /// Opens a page.
    pub fn open(&self, url: &str) {
        self.command("POST", "/url", &json!({ "url": url }));
    }

    /// Runs a script in the page, and returns what that returns.
    pub fn run(&self, script: &str) -> Value {
        self.command("POST", "/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Shows the page in a window of this width, in a medium (`print`, or nothing for a screen) and a colour scheme.
    pub fn look(&self, width: u32, medium: &str, scheme: &str) {
        let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", &size);
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.cdp("Emulation.setEmulatedMedia", &json!({ "media": medium, "features": features }));
    }

    /// Presses a key, as WebDriver names it.
    pub fn press(&self, key: &str) {
        let keys = json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]);
        self.command("POST", "/actions", &json!({ "actions": [{ "type": "key", "id": "keys", "actions": keys }] }));
    }

    /// Returns what the browser logged since this was last asked for, `browser` being its console.
    pub fn log(&self, kind: &str) -> Vec<Value> {
        let lines = self.command("POST", "/se/log", &json!({ "type": kind }));
        lines.as_array().expect("a list of lines").clone()
    }

    /// Returns the addresses of all that was fetched since this was last asked for.
    pub fn fetched(&self) -> Vec<String> {
        let events = self.log("performance").into_iter().filter_map(|line| {
            let event: Value = serde_json::from_str(line["message"].as_str()?).ok()?;
            let event = &event["message"];
            (event["method"] == "Network.requestWillBeSent").then(|| event["params"]["request"]["url"].clone())
        });
        events.filter_map(|url| url.as_str().map(str::to_owned)).collect()
    }

    fn cdp(&self, command: &str, params: &Value) {
        self.command("POST", "/goog/cdp/execute", &json!({ "cmd": command, "params": params }));
    }

    fn command(&self, method: &str, path: &str, body: &Value) -> Value {
        self.request(method, &format!("/session/{}{path}", self.session), body)
    }

    fn request(&self, method: &str, path: &str, body: &Value) -> Value {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the driver listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
        let body = if method == "DELETE" { String::new() } else { body.to_string() };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).expect("the driver takes a request");
        let mut answer = Vec::new();
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).expect("the driver answers");
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
            if line.trim().is_empty() {
                break;
            }
        }
        reader.take(length).read_to_end(&mut answer).expect("the whole answer");
        let answer: Value = serde_json::from_slice(&answer).expect("JSON");
        let value = answer["value"].clone();
        assert!(value.get("error").is_none_or(Value::is_null), "{method} {path}: {value}");
        value
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser ends with its session; the driver alone would leave it behind.
        if !self.session.is_empty() && !std::thread::panicking() {
            self.command("DELETE", "", &Value::Null);
        } else if !self.session.is_empty() {
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.command("DELETE", "", &Value::Null)));
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|file| file.is_file())
}
