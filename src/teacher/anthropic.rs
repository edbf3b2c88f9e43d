//! Anthropic's Messages.

use serde::Deserialize;
use serde_json::{Value, json};

use super::openai::number;
use super::{Question, Reply};
use crate::domain::teacher::{Ending, Usage};

/// The version of the interface that is spoken.
pub(super) const VERSION: &str = "2023-06-01";

pub(super) fn body(question: &Question<'_>) -> Value {
    let mut body = json!({
        "model": question.teacher.model,
        "max_tokens": question.max_tokens,
        "messages": [{ "role": "user", "content": question.prompt }],
    });
    if let Some(system) = &question.teacher.system {
        body["system"] = system.as_str().into();
    }
    if let Some(temperature) = question.teacher.temperature {
        body["temperature"] = number(temperature);
    }
    body
}

#[derive(Deserialize)]
struct Message {
    model: String,
    content: Vec<Block>,
    stop_reason: Option<String>,
    usage: Option<Tokens>,
}

#[derive(Deserialize)]
struct Block {
    r#type: String,
    text: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    #[serde(default)]
    input_tokens: u64,
    #[serde(default)]
    output_tokens: u64,
    cache_creation_input_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
}

/// Reads an answer; of its blocks the texts alone.
pub(super) fn reply(bytes: &[u8]) -> serde_json::Result<Reply> {
    let Message { model, content, stop_reason, usage } = serde_json::from_slice(bytes)?;
    let texts = content.into_iter().filter(|block| block.r#type == "text").filter_map(|block| block.text);
    let usage = usage.map(|usage| {
        let cache_write = usage.cache_creation_input_tokens.unwrap_or(0);
        let cache_read = usage.cache_read_input_tokens.unwrap_or(0);
        let input = usage.input_tokens + cache_write + cache_read;
        Usage { input, cache_read, cache_write, output: usage.output_tokens }
    });
    let stop_reason = stop_reason.unwrap_or_default();
    let ending = match stop_reason.as_str() {
        "end_turn" | "stop_sequence" => Ending::Complete,
        "max_tokens" | "model_context_window_exceeded" => Ending::CutOff,
        "refusal" => Ending::Refused,
        _ => Ending::Other,
    };
    Ok(Reply { text: texts.collect(), ending, stop_reason, model, usage, request_id: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::teacher::Teacher;

    #[test]
    fn a_question_says_no_more_than_it_has_to() {
        let teacher = Teacher { model: "m".to_owned(), system: None, temperature: None };
        let question = Question { teacher: &teacher, prompt: "p", max_tokens: 9 };
        let bare = json!({ "model": "m", "max_tokens": 9, "messages": [{ "role": "user", "content": "p" }] });
        assert_eq!(body(&question), bare);
        let more = Teacher { system: Some("s".to_owned()), temperature: "0.5".parse().ok(), ..teacher.clone() };
        let full = body(&Question { teacher: &more, ..question });
        assert_eq!((&full["system"], &full["temperature"]), (&json!("s"), &json!(0.5)));
    }

    #[test]
    fn thinking_is_charged_and_no_part_of_the_text() {
        let message = json!({
            "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x-1", "stop_reason": "end_turn",
            "content": [{ "type": "thinking", "thinking": "hm" }, { "type": "text", "text": "a" }, { "type": "text", "text": "b" }],
            "usage": { "input_tokens": 3, "output_tokens": 20, "cache_creation_input_tokens": 5, "cache_read_input_tokens": 7 },
        });
        let reply = reply(message.to_string().as_bytes()).expect("a message");
        assert_eq!((reply.text.as_str(), reply.ending, reply.model.as_str()), ("ab", Ending::Complete, "claude-x-1"));
        assert_eq!(reply.usage, Some(Usage { input: 15, cache_read: 7, cache_write: 5, output: 20 }));
    }

    #[test]
    fn every_stop_reason_is_an_ending() {
        for (stop_reason, ending) in [
            (json!("end_turn"), Ending::Complete),
            (json!("stop_sequence"), Ending::Complete),
            (json!("max_tokens"), Ending::CutOff),
            (json!("model_context_window_exceeded"), Ending::CutOff),
            (json!("refusal"), Ending::Refused),
            (json!("pause_turn"), Ending::Other),
            (json!("tool_use"), Ending::Other),
            (json!(null), Ending::Other),
        ] {
            let message = json!({ "model": "m", "content": [], "stop_reason": stop_reason });
            assert_eq!(reply(message.to_string().as_bytes()).expect("a message").ending, ending, "{stop_reason}");
        }
    }
}
