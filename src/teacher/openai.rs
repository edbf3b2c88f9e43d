//! OpenAI's chat completions, as OpenAI and the many servers that follow it speak them.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Question, Reply};
use crate::domain::target::Decimal;
use crate::domain::teacher::{Ending, Provider, Usage};

pub(super) fn body(question: &Question<'_>, provider: Provider) -> Value {
    let mut messages = Vec::new();
    if let Some(system) = &question.teacher.system {
        messages.push(json!({ "role": "system", "content": system }));
    }
    messages.push(json!({ "role": "user", "content": question.prompt }));
    let mut body = json!({ "model": question.teacher.model, "messages": messages });
    // OpenAI's newer models refuse the old name of the limit; other servers may not know the new one.
    let limit = if provider == Provider::Openai { "max_completion_tokens" } else { "max_tokens" };
    body[limit] = question.max_tokens.into();
    if let Some(temperature) = question.teacher.temperature {
        body["temperature"] = number(temperature);
    }
    body
}

/// Returns a decimal as a number of JSON.
pub(super) fn number(decimal: Decimal) -> Value {
    decimal.to_string().parse::<f64>().map_or(Value::Null, Value::from)
}

#[derive(Deserialize)]
struct Completion {
    #[serde(default)]
    model: String,
    choices: Vec<Choice>,
    usage: Option<Tokens>,
}

#[derive(Deserialize)]
struct Choice {
    finish_reason: Option<String>,
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: Value,
    refusal: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    prompt_tokens: u64,
    #[serde(default)]
    completion_tokens: u64,
    prompt_tokens_details: Option<InputDetails>,
}

#[derive(Deserialize)]
struct InputDetails {
    cached_tokens: Option<u64>,
    cache_write_tokens: Option<u64>,
}

/// Reads an answer: the first choice.
pub(super) fn reply(bytes: &[u8]) -> serde_json::Result<Reply> {
    let Completion { model, choices, usage } = serde_json::from_slice(bytes)?;
    let missing = || serde::de::Error::custom("it has no choices");
    let Choice { finish_reason, message } = choices.into_iter().next().ok_or_else(missing)?;
    let usage = usage.map(|usage| {
        let details = usage.prompt_tokens_details;
        let cache_read = details.as_ref().and_then(|details| details.cached_tokens).unwrap_or(0);
        let cache_write = details.as_ref().and_then(|details| details.cache_write_tokens).unwrap_or(0);
        Usage { input: usage.prompt_tokens, cache_read, cache_write, output: usage.completion_tokens }
    });
    let stop_reason = finish_reason.unwrap_or_default();
    let refusal = message.refusal.filter(|refusal| !refusal.is_empty());
    let ending = match stop_reason.as_str() {
        _ if refusal.is_some() => Ending::Refused,
        "stop" => Ending::Complete,
        "length" => Ending::CutOff,
        "content_filter" => Ending::Refused,
        _ => Ending::Other,
    };
    let text = refusal.unwrap_or_else(|| text(&message.content));
    Ok(Reply { text, ending, stop_reason, model, usage, request_id: None })
}

/// Returns the text of a message, which some servers send in parts.
fn text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::teacher::Teacher;

    #[test]
    fn the_limit_has_the_name_that_the_server_knows() {
        let teacher = Teacher { model: "m".to_owned(), system: Some("s".to_owned()), temperature: None };
        let question = Question { teacher: &teacher, prompt: "p", max_tokens: 9 };
        let messages = json!([{ "role": "system", "content": "s" }, { "role": "user", "content": "p" }]);
        let openai = json!({ "model": "m", "messages": messages, "max_completion_tokens": 9 });
        assert_eq!(body(&question, Provider::Openai), openai);
        let compatible = json!({ "model": "m", "messages": messages, "max_tokens": 9 });
        assert_eq!(body(&question, Provider::OpenaiCompatible), compatible);
    }

    fn check(message: Value, finish_reason: Value, text: &str, ending: Ending) {
        let completion = json!({ "model": "m-1", "choices": [{ "finish_reason": finish_reason, "message": message }] });
        let reply = reply(completion.to_string().as_bytes()).expect("a completion");
        assert_eq!((reply.text.as_str(), reply.ending, reply.usage), (text, ending, None), "{completion}");
    }

    #[test]
    fn every_finish_reason_is_an_ending() {
        check(json!({ "content": "a" }), json!("stop"), "a", Ending::Complete);
        check(json!({ "content": "a" }), json!("length"), "a", Ending::CutOff);
        check(json!({ "content": null }), json!("content_filter"), "", Ending::Refused);
        check(json!({ "content": null, "refusal": "no" }), json!("stop"), "no", Ending::Refused);
        check(json!({ "content": "a", "refusal": "" }), json!("stop"), "a", Ending::Complete);
        check(json!({ "content": null }), json!("tool_calls"), "", Ending::Other);
        check(
            json!({ "content": [{ "type": "text", "text": "a" }, { "text": "b" }] }),
            json!(null),
            "ab",
            Ending::Other,
        );
    }

    #[test]
    fn tokens_are_those_that_are_charged() {
        let completion = json!({
            "model": "m", "choices": [{ "finish_reason": "stop", "message": { "content": "a" } }],
            "usage": { "prompt_tokens": 10, "completion_tokens": 4, "prompt_tokens_details": { "cached_tokens": 6 },
                       "completion_tokens_details": { "reasoning_tokens": 3 } },
        });
        let usage = reply(completion.to_string().as_bytes()).expect("a completion").usage;
        assert_eq!(usage, Some(Usage { input: 10, cache_read: 6, cache_write: 0, output: 4 }));
    }

    #[test]
    fn no_choice_is_no_answer() {
        assert!(reply(b"{\"model\": \"m\", \"choices\": []}").is_err());
        assert!(reply(b"{\"error\": null}").is_err());
    }
}
