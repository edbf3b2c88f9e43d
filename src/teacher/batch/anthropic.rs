//! Anthropic's Message Batches.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{BatchState, Item, LONG, SHORT, Visit, is_plain, strange, unanswered};
use crate::domain::teacher::Provider;
use crate::teacher::http::{Call, Client, body, fault, malformed, reply};
use crate::teacher::{Fault, Reply, Retry};

pub(super) fn line(item: &Item<'_>) -> Vec<u8> {
    json!({ "custom_id": item.custom_id, "params": body(&item.question, Provider::Anthropic) }).to_string().into_bytes()
}

#[derive(Deserialize)]
struct Batch {
    id: String,
    processing_status: String,
}

pub(super) fn create(client: &Client, lines: &[Vec<u8>]) -> Result<String, Fault> {
    let mut requests = b"{\"requests\":[".to_vec();
    requests.extend(lines.join(&b","[..]));
    requests.extend(b"]}");
    let call = Call { path: "/messages/batches", body: Some(("application/json", &requests)), timeout: LONG };
    let batch: Batch = read(client, &call)?;
    if is_plain(&batch.id) { Ok(batch.id) } else { Err(strange("the name of the batch is none")) }
}

pub(super) fn state(client: &Client, remote_id: &str) -> Result<BatchState, Fault> {
    let path = format!("/messages/batches/{remote_id}");
    let batch: Batch = read(client, &Call { path: &path, body: None, timeout: SHORT })?;
    let ended = batch.processing_status == "ended";
    // The address that the batch names may lead elsewhere, with the key; this one is the interface's own.
    let results = if ended { vec![format!("{path}/results")] } else { Vec::new() };
    Ok(BatchState { word: batch.processing_status, ended, results })
}

fn read<T: for<'a> Deserialize<'a>>(client: &Client, call: &Call<'_>) -> Result<T, Fault> {
    let bytes = client.call(call).and_then(|called| client.read(called))?;
    serde_json::from_slice(&bytes).map_err(|error| malformed(&error))
}

#[derive(Deserialize)]
struct Line {
    custom_id: String,
    result: Outcome,
}

#[derive(Deserialize)]
struct Outcome {
    r#type: String,
    #[serde(default)]
    message: Value,
    #[serde(default)]
    error: Value,
}

pub(super) fn answers(client: &Client, path: &str, visit: &mut Visit<'_>) -> Result<(), Fault> {
    let called = client.call(&Call { path, body: None, timeout: LONG })?;
    client.each_line(called, |line| {
        let Line { custom_id, result } = serde_json::from_slice(line).map_err(|error| malformed(&error))?;
        visit(&custom_id, outcome(&result))
    })
}

fn outcome(result: &Outcome) -> Result<Reply, Fault> {
    match result.r#type.as_str() {
        "succeeded" => {
            let answer = reply(result.message.to_string().as_bytes(), Provider::Anthropic);
            answer.map_err(|error| malformed(&error))
        }
        "errored" => {
            // The same object as in a response that failed, whose status its type tells.
            let kind = result.error["error"]["type"].as_str().unwrap_or_default();
            let status = if kind == "invalid_request_error" { 400 } else { 500 };
            let fault = fault(status, result.error.to_string().as_bytes(), &|_| None);
            Err(Fault { status: None, retry: Retry::Never, ..fault })
        }
        other => Err(unanswered(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(result: Value) -> Result<String, String> {
        let outcome_of = serde_json::from_value(result).expect("a result");
        outcome(&outcome_of).map(|reply| reply.text).map_err(|fault| fault.code)
    }

    #[test]
    fn every_result_is_an_answer_or_a_reason() {
        let message = json!({ "model": "m", "content": [{ "type": "text", "text": "a" }], "stop_reason": "end_turn" });
        assert_eq!(read(json!({ "type": "succeeded", "message": message })), Ok("a".to_owned()));
        let error = json!({ "type": "error", "error": { "type": "invalid_request_error", "message": "x" } });
        assert_eq!(read(json!({ "type": "errored", "error": error })), Err("invalid_request_error".to_owned()));
        assert_eq!(read(json!({ "type": "expired" })), Err("expired".to_owned()));
        assert_eq!(read(json!({ "type": "canceled" })), Err("canceled".to_owned()));
        assert_eq!(read(json!({ "type": "succeeded" })), Err("malformed".to_owned()));
    }
}
