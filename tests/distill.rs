//! Asking teachers, from the command line to a server on this machine and back.
#![cfg(feature = "distill")]

mod common;

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use common::mock::{Mock, Reaction, completion, failure, message};
use common::{Folder, Run, prompts};
use insta::assert_snapshot;
use serde_json::{Value, json};

const KEY: &str = "sk-ant-test-0123456789";

/// A catalog with a dataset `d` of so many prompts.
fn dataset(size: usize) -> Folder {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(size.div_ceil(12)));
    folder.ok(&["import", "a.jsonl"]);
    let count = size.to_string();
    let any = ["--area", "any", "--language", "any", "--no-generate", "--quiet"];
    folder.ok(&[&["sample", "-n", &count, "--dataset", "d", "--seed", "1"], &any[..]].concat());
    folder
}

fn anthropic(folder: &Folder, mock: &Mock, more: &[&str]) -> Command {
    let args = ["distill", "d", "--provider", "anthropic", "--model", "claude-haiku-4-5", "--base-url", &mock.url];
    let mut command = folder.command(&[&args[..], more].concat());
    command.env("ANTHROPIC_API_KEY", KEY);
    command
}

fn ask(folder: &Folder, mock: &Mock, more: &[&str]) -> Run {
    Run(anthropic(folder, mock, more).output().expect("the program can be run"))
}

fn outcome(run: &Run) -> Value {
    serde_json::from_str(&run.stdout()).unwrap_or_else(|_| panic!("{}", run.shown()))
}

/// How often every prompt came in.
fn times(mock: &Mock) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    for request in mock.requests() {
        *times.entry(request.prompt()).or_default() += 1;
    }
    times
}

#[test]
fn every_prompt_is_answered_once_and_never_asked_again() {
    let folder = dataset(12);
    let mock = Mock::start(|request| message(&format!("Answer to: {}", request.prompt()), "end_turn"));
    let run = ask(&folder, &mock, &[]);
    assert_snapshot!(run.shown(), @"
    d: 12 of 12 prompts answered, 12 of them now; 0 failed, 0 not asked
    answers: 12 complete
    cost: $0.01224 for 240 tokens in, 2,400 out; $0.01224 in all runs
    --- stderr
    d: 12 prompts, 0 answered already
      teacher           questions              low        middle   high
      claude-haiku-4-5         12  tokens in   148        196      297
      claude-haiku-4-5         12  tokens out  1,200      7,200    24,000
      claude-haiku-4-5         12  cost        $0.006148  $0.0362  $0.1203
    $0.0362 expected, $0.006148 to $0.1203; at most $0.2464 if every answer is as long as it may be
    the length of answers is assumed for claude-haiku-4-5, and will be learned
    tokens in are counted by a rule of thumb for claude-haiku-4-5
    prices: LiteLLM 1.109.1, model_prices_and_context_window_backup.json, 2026-11
    note: most vendors restrict training models that compete with theirs on their models' answers; whether you may is for you to know (`--terms TEXT` records what you rely on)
    --- exit code 0
    ");
    let first = &mock.requests()[0];
    assert_eq!((first.path.as_str(), first.headers["x-api-key"].as_str()), ("/v1/messages", KEY));
    assert_eq!(first.headers["anthropic-version"], "2023-06-01");
    let body = json!({ "model": "claude-haiku-4-5", "max_tokens": 4096, "messages": first.body["messages"] });
    assert_eq!(first.body, body);
    assert_eq!(times(&mock).len(), 12);

    let again = ask(&folder, &mock, &["--json", "--quiet"]);
    let again = outcome(&again);
    assert_eq!((&again["known"], &again["answered"], &again["cost"]), (&json!(12), &json!(0), &json!(0)));
    assert_eq!(mock.requests().len(), 12);
    assert_eq!(folder.ok(&["check"]), "12 prompts and 1 dataset checked: all is well\n");
}

/// The same prompts in another dataset are the same questions; another system prompt makes others.
#[test]
fn an_answer_holds_for_every_dataset() {
    let folder = dataset(12);
    let mock = Mock::start(|_| message("yes", "end_turn"));
    ask(&folder, &mock, &["--quiet"]).succeeded();
    folder.ok(&["dataset", "record", "again", "a.jsonl", "--quiet"]);
    let args = ["distill", "again", "--provider", "anthropic", "--model", "claude-haiku-4-5", "--base-url", &mock.url];
    let run = Run(folder
        .command(&[&args[..], &["--json", "--quiet"]].concat())
        .env("ANTHROPIC_API_KEY", KEY)
        .output()
        .expect("it runs"));
    assert_eq!((&outcome(&run)["known"], mock.requests().len()), (&json!(12), 12));
    folder.write("system.txt", "Be brief.\n");
    ask(&folder, &mock, &["--quiet", "--system", "system.txt"]).succeeded();
    assert_eq!((mock.requests().len(), &mock.requests()[12].body["system"]), (24, &json!("Be brief.")));
}

#[test]
fn money_that_is_gone_ends_the_work() {
    let folder = dataset(12);
    let mock = Mock::start(|_| {
        let body = json!({ "type": "error", "error": { "type": "rate_limit_error", "message": "spent",
                           "details": { "error_code": "enforced_spend_limit_reached" } } });
        Reaction::Answer(429, vec![], body)
    });
    let run = ask(&folder, &mock, &["--concurrency", "1"]);
    assert_eq!((mock.requests().len(), run.code()), (1, 1));
    assert!(run.stderr().ends_with(
        "error: claude-haiku-4-5 answers no question: spent\nhint: the same command again goes on where this stopped\n"
    ), "{}", run.stderr());
}

/// The most that each question can cost is set aside before it is asked.
#[test]
fn the_budget_holds_with_what_is_in_flight() {
    let folder = dataset(60);
    let mock = Mock::start(|_| Reaction::Slow(Duration::from_millis(5), Box::new(message("ok", "end_turn"))));
    // A question costs 0.00102, and may cost about 0.0051 with 1,000 tokens of answer.
    let allowed = 0.02;
    let run = ask(
        &folder,
        &mock,
        &["--json", "--quiet", "--max-tokens", "1000", "--max-cost", "0.02", "--concurrency", "16"],
    );
    let first = outcome(&run);
    assert_eq!((&first["stopped"], run.code()), (&json!("budget"), 1));
    let spent = first["spent"].as_f64().expect("an amount") / 1e9;
    assert!(spent <= allowed && spent > allowed - 0.0052, "{spent} of {allowed}");
    assert_eq!(first["answered"].as_u64().map(|n| n as usize), Some(mock.requests().len()));
    // The limit is one for all runs of the same.
    let second = outcome(&ask(&folder, &mock, &["--json", "--quiet", "--max-tokens", "1000", "--max-cost", "0.02"]));
    assert_eq!((&second["answered"], &second["spent"]), (&json!(0), &first["spent"]));
}

#[test]
fn answers_that_were_cut_off_are_kept_and_asked_again_under_a_larger_limit_only() {
    let folder = dataset(12);
    let mock = Mock::start(|request| {
        let short = request.body["max_tokens"] == 100 && request.prompt().contains("rust");
        let answer = format!("an answer to {}", request.prompt());
        message(
            if short { &answer[..answer.len() - 2] } else { &answer },
            if short { "max_tokens" } else { "end_turn" },
        )
    });
    let run = ask(&folder, &mock, &["--quiet", "--json", "--max-tokens", "100"]);
    assert_eq!(outcome(&run)["endings"], json!({ "complete": 8, "cut_off": 4 }));
    assert_eq!(outcome(&ask(&folder, &mock, &["--quiet", "--json", "--max-tokens", "100"]))["known"], 12);
    let args = ["dataset", "export", "d", "--with", "responses"];
    let run = folder.run(&args);
    assert_eq!(run.stdout().lines().count(), 8);
    assert_eq!(run.stderr(), "note: 4 answers left out that ended cut_off; `--include cut_off` writes them too\n");
    assert_eq!(folder.ok(&[&args[..], &["--include", "cut_off"]].concat()).lines().count(), 12);
    let run = ask(&folder, &mock, &["--quiet", "--json", "--max-tokens", "200"]);
    assert_eq!((&outcome(&run)["answered"], mock.requests().len()), (&json!(4), 16));
    assert_eq!(folder.ok(&args).lines().count(), 12);
}

#[test]
fn a_training_file_has_prompt_and_answer() {
    let folder = dataset(1);
    let mock = Mock::start(|_| message("Because.", "end_turn"));
    ask(&folder, &mock, &["--quiet"]).succeeded();
    let prompt = mock.requests()[0].prompt();
    let export = |format: &str| {
        let args = ["dataset", "export", "d", "--with", "responses", "--system", "s.txt", "--format", format];
        serde_json::from_str::<Value>(&folder.ok(&args)).expect("JSON")
    };
    folder.write("s.txt", "S");
    let turns = json!([{ "role": "system", "content": "S" }, { "role": "user", "content": prompt }, { "role": "assistant", "content": "Because." }]);
    assert_eq!(export("openai"), json!({ "messages": turns }));
    assert_eq!(export("glm4"), json!({ "messages": turns }));
    assert_eq!(export("chatglm3"), json!({ "conversations": turns }));
    assert_eq!(export("alpaca"), json!([{ "instruction": prompt, "input": "", "output": "Because.", "system": "S" }]));
    let conversation = json!([{ "from": "human", "value": prompt }, { "from": "gpt", "value": "Because." }]);
    assert_eq!(export("sharegpt"), json!([{ "conversations": conversation, "system": "S" }]));
    let plain = folder.json(&["dataset", "export", "d", "--with", "responses"]);
    assert_eq!((&plain["response"], &plain["model"]), (&json!("Because."), &json!("claude-haiku-4-5-20251001")));
    assert_eq!(plain["cost_nano_usd"], 1_020_000);
    let run = folder.run(&["dataset", "export", "d", "--with", "responses", "--format", "csv"]);
    assert_eq!(run.code(), 2);
    let run = folder.run(&["dataset", "export", "d", "--with", "responses", "--format", "chatglm3", "-o", "x.jsonl"]);
    assert!(run.stderr().starts_with("warning: what trains on chatglm3 asks for a file that ends in .json\n"));
}

#[test]
fn several_teachers_share_every_cell() {
    let folder = dataset(120);
    let mock = Mock::start(|request| {
        let model = request.body["model"].as_str().expect("a model");
        completion(&format!("{model} says of {}", request.prompt()), "stop")
    });
    let one = format!("openai-compatible:one@{}=0.7", mock.url);
    let two = format!("openai-compatible:two@{}/v1=0.3", mock.url);
    let args = ["distill", "d", "--teacher", &one, "--teacher", &two, "--price-in", "0", "--price-out", "0", "--quiet"];
    folder.ok(&args);
    let mut cells: BTreeMap<(String, String), [usize; 2]> = BTreeMap::new();
    for line in folder.ok(&["dataset", "export", "d", "--with", "responses"]).lines() {
        let row: Value = serde_json::from_str(line).expect("JSON");
        let cell = (row["area"].to_string(), row["language"].to_string());
        cells.entry(cell).or_default()
            [usize::from(row["response"].as_str().is_some_and(|answer| answer.starts_with("two")))] += 1;
    }
    assert!(cells.values().all(|counts| *counts == [7, 3]), "{cells:?}");
    assert_eq!((cells.len(), mock.requests()[0].path.as_str()), (12, "/v1/chat/completions"));
    assert!(!mock.requests()[0].headers.contains_key("authorization"));
}

#[test]
fn the_price_comes_before_the_work() {
    let folder = dataset(12);
    let args = ["distill", "d", "--provider", "anthropic", "--model", "claude-haiku-4-5", "--estimate"];
    assert_snapshot!(folder.run(&args).shown(), @"
    d: 12 prompts, 0 answered already
      teacher           questions              low        middle   high
      claude-haiku-4-5         12  tokens in   148        196      297
      claude-haiku-4-5         12  tokens out  1,200      7,200    24,000
      claude-haiku-4-5         12  cost        $0.006148  $0.0362  $0.1203
    $0.0362 expected, $0.006148 to $0.1203; at most $0.2464 if every answer is as long as it may be
    the length of answers is assumed for claude-haiku-4-5, and will be learned
    tokens in are counted by a rule of thumb for claude-haiku-4-5
    prices: LiteLLM 1.109.1, model_prices_and_context_window_backup.json, 2026-11
    --- stderr
    --- exit code 0
    ");
    let unknown = ["distill", "d", "--provider", "anthropic", "--model", "claude-haiku-45", "--estimate"];
    assert_snapshot!(folder.run(&unknown).shown(), @"
    --- stderr
    error: the price of `claude-haiku-45` is not known
    hint: did you mean `claude-haiku-4-5`?
    hint: `--price-in USD --price-out USD` give it, per million tokens; 0 for a model of your own
    --- exit code 2
    ");
    let mock = Mock::start(|_| message("ok", "end_turn"));
    assert_snapshot!(ask(&folder, &mock, &["--confirm-above", "0.001", "--quiet"]).shown(), @"
    --- stderr
    error: this may cost $0.1203, which is over $0.001; nothing was asked
    hint: `--confirm-above USD` allows more, and `--max-cost USD` sets a limit that holds
    --- exit code 1
    ");
    assert_eq!(mock.requests().len(), 0);
}

/// What a run costs lies within the estimate that it prints.
#[test]
fn the_estimate_of_a_run_holds() {
    let folder = dataset(60);
    let mock = Mock::start(|_| message("ok", "end_turn"));
    let args = ["distill", "d", "--provider", "anthropic", "--model", "claude-haiku-4-5", "--estimate", "--json"];
    let told = folder.json(&args);
    let cost = outcome(&ask(&folder, &mock, &["--quiet", "--json"]))["cost"].as_u64();
    assert!(told["cost"]["low"].as_u64() <= cost && cost <= told["cost"]["high"].as_u64(), "{told} {cost:?}");
}

/// A public tokenizer counts exactly; what stands around a question is not in its text.
#[test]
fn tokens_are_counted_as_the_teacher_counts_them() {
    let folder = dataset(12);
    let args = ["distill", "d", "--provider", "openai", "--model", "gpt-5-mini", "--estimate"];
    assert_snapshot!(folder.run(&args).shown(), @"
    d: 12 prompts, 0 answered already
      teacher     questions              low        middle    high
      gpt-5-mini         12  tokens in   165        189       225
      gpt-5-mini         12  tokens out  1,200      7,200     24,000
      gpt-5-mini         12  cost        $0.002441  $0.01445  $0.04806
    $0.01445 expected, $0.002441 to $0.04806; at most $0.09842 if every answer is as long as it may be
    the length of answers is assumed for gpt-5-mini, and will be learned
    prices: LiteLLM 1.109.1, model_prices_and_context_window_backup.json, 2026-11
    --- stderr
    --- exit code 0
    ");
}

/// One command from nothing to answers: the price of the very sample that is drawn afterwards.
#[test]
fn a_count_draws_a_dataset_once_its_price_is_agreed_to() {
    let folder = Folder::new();
    let mock = Mock::start(|request| completion(&format!("Answer to: {}", request.prompt()), "stop"));
    let run = |more: &[&str]| {
        let args =
            ["distill", "--count", "20", "--provider", "openai", "--model", "gpt-5-mini", "--base-url", &mock.url];
        Run(folder.command(&[&args[..], more].concat()).env("OPENAI_API_KEY", KEY).output().expect("it runs"))
    };
    run(&["--estimate", "--quiet"]).succeeded();
    assert_eq!(run(&["--confirm-above", "0.001", "--quiet"]).code(), 1);
    assert_eq!((folder.ok(&["dataset", "list", "--json"]).as_str(), mock.requests().len()), ("[]\n", 0));
    folder.ok(&["check"]);

    folder.write("taken.jsonl", "");
    let taken = run(&["--output", "taken.jsonl"]);
    assert_eq!((taken.code(), mock.requests().len()), (1, 0), "{}", taken.shown());
    let unfit = run(&["--output", "a.txt"]);
    assert_eq!(unfit.stderr().lines().next(), Some("error: the format txt has no place for an answer"));

    let outcome = outcome(&run(&["--quiet", "--json", "--output", "train.jsonl", "--format", "openai"]));
    assert_eq!((&outcome["dataset"], &outcome["answered"]), (&json!("sample-1"), &json!(20)));
    let written = folder.ok(&["dataset", "export", "sample-1", "--with", "responses", "--format", "openai"]);
    assert_eq!((folder.read("train.jsonl"), written.lines().count()), (written, 20));
    let drawn = folder.ok(&["dataset", "export", "sample-1"]);
    let mut drawn: Vec<String> =
        drawn.lines().map(|line| Folder::json_of(line)["prompt"].as_str().expect("a prompt").to_owned()).collect();
    drawn.sort();
    assert!(drawn.iter().eq(times(&mock).keys()));
    // What the same words would do again is another dataset; the hint names this one.
    let short = run(&["--quiet", "--max-cost", "0.0000001"]);
    let hint = "hint: the same command with `sample-2` in place of `--count 20` and a larger `--max-cost` goes on where this stopped";
    assert_eq!((short.code(), short.stderr().lines().nth(1)), (1, Some(hint)));
    folder.write("targets.toml", "existing_weight = 1\n[language]\ngo = 1\n");
    run(&["--quiet", "--targets", "targets.toml"]).succeeded();
    let second = folder.ok(&["dataset", "export", "sample-3"]);
    assert!(second.lines().all(|line| line.contains(r#""language":"go","source":"existing""#)), "{second}");
}

#[test]
fn what_cannot_be_asked_is_said_before_anything_is() {
    let folder = dataset(1);
    let check = |args: &[&str], code: i32, error: &str| {
        let run = folder.run(&[&["distill", "d"], args].concat());
        assert_eq!((run.code(), run.stderr().lines().next().unwrap_or_default()), (code, error), "{args:?}");
    };
    let anthropic = ["--provider", "anthropic", "--model", "claude-sonnet-5"];
    let with = |more: &[&'static str]| [&anthropic[..], more].concat();
    check(&with(&[]), 1, "error: anthropic asks for a key, and ANTHROPIC_API_KEY is not set");
    check(&with(&["--estimate", "--temperature", "1"]), 2, "error: `claude-sonnet-5` takes no temperature");
    check(
        &with(&["--estimate", "--max-tokens", "128001"]),
        2,
        "error: `claude-sonnet-5` answers with at most 128000 tokens, and 128001 were asked for",
    );
    check(
        &with(&["--estimate", "--base-url", "http://192.0.2.1"]),
        2,
        "error: `http://192.0.2.1` is plain http to another machine: prompts and key could be read on the way",
    );
    let local = ["--provider", "openai-compatible", "--model", "m", "--price-in", "0", "--price-out", "0"];
    check(&local, 2, "error: an openai-compatible server has no usual address");
    check(
        &["--provider", "openai", "--model", "gpt-5.2-pro", "--estimate"],
        2,
        "error: `gpt-5.2-pro` is not asked through Messages or chat completions",
    );
}

#[test]
fn a_key_is_nowhere_but_in_the_request() {
    let folder = dataset(12);
    let mock = Mock::start(|request| match request.before {
        0 => failure(500, KEY, vec![("retry-after-ms", "1"), ("request-id", KEY)]),
        _ => message(&format!("your key is {KEY}"), "end_turn"),
    });
    let run = ask(&folder, &mock, &["--json"]);
    assert_eq!(outcome(&run)["answered"], 12);
    assert!(!run.shown().contains(KEY), "{}", run.shown());
    let mut files = 0;
    for entry in std::fs::read_dir(folder.path("")).expect("the folder") {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
        assert!(!bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes()));
        files += 1;
    }
    assert!(files >= 3, "{files} files: the input, the catalog, the lock");
    assert_eq!(mock.requests()[0].headers["x-api-key"], KEY);
}

#[test]
fn one_process_at_a_time_asks() {
    let folder = dataset(12);
    let mock = Mock::start(|_| Reaction::Slow(Duration::from_millis(400), Box::new(message("ok", "end_turn"))));
    let mut first = anthropic(&folder, &mock, &["--quiet"]).stdout(Stdio::null()).spawn().expect("it starts");
    while mock.requests().is_empty() {
        thread::sleep(Duration::from_millis(5));
    }
    let second = ask(&folder, &mock, &["--quiet"]);
    assert!(second.stderr().starts_with("error: another process is asking teachers for the catalog at catalog.db\n"));
    assert!(first.wait().expect("it ends").success());
    assert_eq!(times(&mock).values().copied().collect::<Vec<_>>(), [1; 12]);
}
