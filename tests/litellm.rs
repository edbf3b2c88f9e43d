//! Asking a server that others wrote: the LiteLLM proxy, which plays both vendors' interfaces.
//!
//! `tests/servers/litellm.sh` installs and starts it; `CATALOG_LITELLM` tells its address.
#![cfg(feature = "distill")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

mod common;

use common::{Folder, Run, prompts};
use serde_json::{Value, json};

/// The key that tests/servers/litellm.yaml names.
const KEY: &str = "sk-played-0123456789abcdef";

/// The proxy's address, if one runs.
fn proxy() -> Option<String> {
    let address = std::env::var("CATALOG_LITELLM").ok().filter(|address| !address.is_empty());
    if address.is_none() {
        eprintln!(
            "skipped: no LiteLLM proxy runs; tests/servers/litellm.sh starts one, and CATALOG_LITELLM tells its address"
        );
    }
    address
}

/// A catalog with a dataset `d` of so many prompts, up to 12, and the teacher asked for all of them.
fn distilled(size: usize, more: &[&str]) -> (Folder, Run) {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(1).lines().take(size).map(|line| format!("{line}\n")).collect::<String>());
    folder.ok(&["dataset", "record", "d", "a.jsonl", "--quiet"]);
    let args = [&["distill", "d", "--json", "--quiet", "--retries", "1"], more].concat();
    let mut command = folder.command(&args);
    for name in ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "CATALOG_API_KEY"] {
        command.env(name, KEY);
    }
    let run = Run(command.output().expect("the program can be run"));
    (folder, run)
}

fn outcome(run: &Run) -> Value {
    serde_json::from_str(&run.stdout()).unwrap_or_else(|_| panic!("{}", run.shown()))
}

/// Asks a model, and looks at every answer, the model that gave it, tokens and cost; the last two are of all 12.
fn answers(teacher: &[&str], model: &str, answer: &str, [input, output, cost]: [u64; 3]) {
    let (folder, run) = distilled(12, teacher);
    let told = outcome(&run);
    assert_eq!((&told["answered"], &told["failed"], run.code()), (&json!(12), &json!(0), 0), "{}", run.shown());
    assert_eq!(told["endings"], json!({ "complete": 12 }));
    assert_eq!((&told["input_tokens"], &told["output_tokens"]), (&json!(input), &json!(output)), "{told}");
    assert_eq!(told["cost"], cost, "{told}");
    let lines = folder.ok(&["dataset", "export", "d", "--with", "responses", "--keep-repeats"]);
    let rows: Vec<Value> = lines.lines().map(Folder::json_of).collect();
    assert_eq!(rows.len(), 12);
    for row in &rows {
        assert_eq!((&row["response"], &row["model"]), (&json!(answer), &json!(model)), "{row}");
        assert_eq!(row["cost_nano_usd"], cost / 12);
    }
    folder.ok(&["check"]);
}

/// LiteLLM says of every answer it plays as Messages that it took 2,095 tokens in and 503 out.
#[test]
fn litellm_is_asked_as_anthropic() {
    let Some(url) = proxy() else { return };
    let teacher = ["--provider", "anthropic", "--model", "claude-haiku-4-5", "--base-url", &url];
    let [input, output] = [12 * 2_095, 12 * 503];
    answers(&teacher, "claude-haiku-4-5", "Played as Messages.", [input, output, input * 1_000 + output * 5_000]);
}

/// And of every completion that it took 10 tokens in and 20 out.
#[test]
fn litellm_is_asked_as_openai() {
    let Some(url) = proxy() else { return };
    let teacher = ["--provider", "openai", "--model", "gpt-5.4-mini", "--base-url", &url];
    let cost = 12 * (10 * 750 + 20 * 4_500);
    answers(&teacher, "gpt-5.4-mini", "Played as a completion.", [120, 240, cost]);
}

#[test]
fn litellm_is_asked_as_a_compatible_server() {
    let Some(url) = proxy() else { return };
    let url = format!("{url}/v1");
    let teacher = ["--provider", "openai-compatible", "--model", "gpt-5.4-mini", "--base-url", &url];
    let prices = ["--price-in", "1", "--price-out", "2"];
    let cost = 12 * (10 * 1_000 + 20 * 2_000);
    answers(&[&teacher[..], &prices].concat(), "gpt-5.4-mini", "Played as a completion.", [120, 240, cost]);
}

#[test]
fn an_answer_that_litellm_cuts_off_is_kept_as_that() {
    let Some(url) = proxy() else { return };
    let free = ["--price-in", "0", "--price-out", "0"];
    let teacher = ["--provider", "openai-compatible", "--model", "local", "--base-url", &url];
    let (folder, run) = distilled(12, &[&teacher[..], &free].concat());
    let told = outcome(&run);
    assert_eq!((&told["endings"], &told["output_tokens"]), (&json!({ "cut_off": 12 }), &json!(36)), "{}", run.shown());
    let lines = folder.ok(&[
        "dataset",
        "export",
        "d",
        "--with",
        "responses",
        "--keep-repeats",
        "--include",
        "cut_off",
        "--quiet",
    ]);
    assert!(lines.lines().all(|line| Folder::json_of(line)["response"] == "Half of"), "{lines}");
    assert_eq!(lines.lines().count(), 12);
}

/// It refuses as either vendor would: every question is asked twice, and none is answered.
#[test]
fn a_limit_of_litellm_is_a_limit() {
    let Some(url) = proxy() else { return };
    for (provider, code) in [("anthropic", "rate_limit_error"), ("openai-compatible", "throttling_error")] {
        let free = ["--price-in", "0", "--price-out", "0"];
        let teacher = ["--provider", provider, "--model", "busy", "--base-url", &url];
        let (_folder, run) = distilled(2, &[&teacher[..], &free].concat());
        let told = outcome(&run);
        assert_eq!((&told["answered"], &told["failed"], run.code()), (&json!(0), &json!(2), 1), "{}", run.shown());
        assert_eq!(told["faults"], json!({ code: 4 }), "{told}");
    }
}
