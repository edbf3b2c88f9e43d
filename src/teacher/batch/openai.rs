//! OpenAI's Batch: a file of requests goes up, a file of answers and one of errors come down.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{BatchState, Item, LONG, SHORT, Visit, is_plain, strange, unanswered};
use crate::domain::teacher::Provider;
use crate::teacher::http::{Call, Client, body, fault, malformed, reply};
use crate::teacher::{Fault, Reply, Retry};

pub(super) fn line(item: &Item<'_>, provider: Provider) -> Vec<u8> {
    let line = json!({
        "custom_id": item.custom_id,
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": body(&item.question, provider),
    });
    line.to_string().into_bytes()
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

pub(super) fn create(client: &Client, lines: &[Vec<u8>]) -> Result<String, Fault> {
    let file = upload(client, lines)?;
    let batch =
        json!({ "input_file_id": file, "endpoint": "/v1/chat/completions", "completion_window": "24h" }).to_string();
    let body = Some(("application/json", batch.as_bytes()));
    named(client, &Call { path: "/batches", body, timeout: SHORT })
}

/// Sends the requests as a form (RFC 7578). No line of JSON can hold the boundary, which begins with a line break.
fn upload(client: &Client, lines: &[Vec<u8>]) -> Result<String, Fault> {
    const BOUNDARY: &str = "catalog-batch-5b1f0c6e";
    let mut form = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n\
         --{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"batch.jsonl\"\r\n\
         content-type: application/jsonl\r\n\r\n"
    )
    .into_bytes();
    form.extend(lines.join(&b"\n"[..]));
    form.extend(format!("\n\r\n--{BOUNDARY}--\r\n").into_bytes());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    named(client, &Call { path: "/files", body: Some((&kind, &form)), timeout: LONG })
}

fn named(client: &Client, call: &Call<'_>) -> Result<String, Fault> {
    let bytes = client.call(call).and_then(|called| client.read(called))?;
    let Named { id } = serde_json::from_slice(&bytes).map_err(|error| malformed(&error))?;
    if is_plain(&id) { Ok(id) } else { Err(strange("what was made has no name")) }
}

#[derive(Deserialize)]
struct Batch {
    status: String,
    output_file_id: Option<String>,
    error_file_id: Option<String>,
}

pub(super) fn state(client: &Client, remote_id: &str) -> Result<BatchState, Fault> {
    let path = format!("/batches/{remote_id}");
    let called = client.call(&Call { path: &path, body: None, timeout: SHORT })?;
    let bytes = client.read(called)?;
    let batch: Batch = serde_json::from_slice(&bytes).map_err(|error| malformed(&error))?;
    let ended = matches!(batch.status.as_str(), "completed" | "failed" | "expired" | "cancelled");
    // A file that is not there is null, or an empty name.
    let files = [batch.output_file_id, batch.error_file_id].into_iter().flatten().filter(|id| is_plain(id));
    let results = if ended { files.map(|id| format!("/files/{id}/content")).collect() } else { Vec::new() };
    Ok(BatchState { word: batch.status, ended, results })
}

#[derive(Deserialize)]
struct Line {
    custom_id: String,
    response: Option<Response>,
    #[serde(default)]
    error: Value,
}

#[derive(Deserialize)]
struct Response {
    #[serde(default)]
    status_code: u16,
    request_id: Option<String>,
    #[serde(default)]
    body: Value,
}

pub(super) fn answers(client: &Client, path: &str, visit: &mut Visit<'_>) -> Result<(), Fault> {
    let called = client.call(&Call { path, body: None, timeout: LONG })?;
    client.each_line(called, |line| {
        let line: Line = serde_json::from_slice(line).map_err(|error| malformed(&error))?;
        visit(&line.custom_id, outcome(&line))
    })
}

/// A success has status 200 and a body with choices; a line may have neither, with an error or without.
fn outcome(line: &Line) -> Result<Reply, Fault> {
    let Some(response) = &line.response else {
        let code = line.error["code"].as_str().unwrap_or("unanswered");
        return Err(unanswered(code));
    };
    let request_id = response.request_id.clone();
    let body = response.body.to_string();
    if response.status_code != 200 {
        let fault = fault(response.status_code, body.as_bytes(), &|_| None);
        return Err(Fault { retry: Retry::Never, request_id, ..fault });
    }
    let answer = reply(body.as_bytes(), Provider::Openai);
    answer.map(|reply| Reply { request_id, ..reply }).map_err(|error| malformed(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: Value) -> Result<String, String> {
        let line = serde_json::from_value(line).expect("a line");
        outcome(&line).map(|reply| reply.text).map_err(|fault| fault.code)
    }

    #[test]
    fn every_line_is_an_answer_or_a_reason() {
        let line = |status: u16, body: Value| {
            json!({ "id": "b", "custom_id": "c", "error": null,
                    "response": { "status_code": status, "request_id": "r", "body": body } })
        };
        let body = json!({ "model": "m", "choices": [{ "finish_reason": "stop", "message": { "content": "a" } }] });
        assert_eq!(read(line(200, body.clone())), Ok("a".to_owned()));
        assert_eq!(read(line(200, json!({}))), Err("malformed".to_owned()));
        assert_eq!(read(line(0, json!(null))), Err("status 0".to_owned()));
        let refused = json!({ "error": { "code": "invalid_value", "message": "x" } });
        assert_eq!(read(line(400, refused)), Err("invalid_value".to_owned()));
        let expired =
            json!({ "custom_id": "c", "response": null, "error": { "code": "batch_expired", "message": "x" } });
        assert_eq!(read(expired), Err("batch_expired".to_owned()));
        assert_eq!(read(json!({ "custom_id": "c", "response": null })), Err("unanswered".to_owned()));
    }
}
