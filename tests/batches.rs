//! Batches, handed over to a server on this machine and taken in again, however either side ends.
#![cfg(feature = "distill")]

mod common;

use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use common::mock::{Mock, Reaction, Request, message};
use common::{Folder, Run, prompts};
use insta::assert_snapshot;
use serde_json::{Value, json};

/// A catalog with a dataset `d` of 12 prompts.
fn dataset() -> Folder {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(1));
    folder.ok(&["dataset", "record", "d", "a.jsonl", "--quiet"]);
    folder
}

/// What a vendor holds.
#[derive(Default)]
struct Vendor {
    /// Batches: their requests, as custom id and prompt.
    batches: Vec<Vec<(String, String)>>,
    /// The last file that came up.
    file: Vec<(String, String)>,
    /// How often a batch says that it is at work before it has ended.
    busy: usize,
}

fn request_of(row: &Value) -> (String, String) {
    let inner = if row["params"].is_object() { &row["params"] } else { &row["body"] };
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (text(&row["custom_id"]), text(&inner["messages"][0]["content"]))
}

/// A vendor with Anthropic's interface; `outcome` tells of each prompt, and of the how manieth batch, what came of it.
fn anthropic(busy: usize, outcome: impl Fn(&str, usize) -> Value + Send + Sync + 'static) -> Mock {
    let vendor = Mutex::new(Vendor { busy, ..Vendor::default() });
    Mock::start(move |request: &Request| {
        let mut vendor = vendor.lock().expect("no other test");
        let json = |value: Value| Reaction::Answer(200, vec![], value);
        if request.method == "POST" {
            let rows = request.body["requests"].as_array().expect("requests");
            vendor.batches.push(rows.iter().map(request_of).collect());
            return json(json!({ "id": format!("msgbatch_{}", vendor.batches.len()), "type": "message_batch",
                                "processing_status": "in_progress" }));
        }
        let parts: Vec<&str> = request.path.trim_start_matches("/v1/messages/batches/").split('/').collect();
        let number: usize = parts[0].trim_start_matches("msgbatch_").parse().expect("a number");
        if parts.len() == 1 {
            let status = if request.before < vendor.busy { "in_progress" } else { "ended" };
            return json(
                json!({ "id": parts[0], "processing_status": status, "results_url": "http://192.0.2.1/steal" }),
            );
        }
        // In any order: here from the last to the first.
        let lines = vendor.batches[number - 1].iter().rev();
        Reaction::Text(
            lines
                .map(|(id, prompt)| json!({ "custom_id": id, "result": outcome(prompt, number) }).to_string() + "\n")
                .collect(),
        )
    })
}

fn succeeded(text: &str) -> Value {
    json!({ "type": "succeeded", "message": {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-4-5-20251001",
        "content": [{ "type": "text", "text": text }], "stop_reason": "end_turn",
        "usage": { "input_tokens": 20, "output_tokens": 200 },
    } })
}

fn command(folder: &Folder, mock: &Mock, more: &[&str]) -> Command {
    let args =
        ["distill", "d", "--batch", "--provider", "anthropic", "--model", "claude-haiku-4-5", "--base-url", &mock.url];
    let mut command = folder.command(&[&args[..], more].concat());
    command.env("ANTHROPIC_API_KEY", "k");
    command
}

fn run(mut command: Command) -> Run {
    Run(command.output().expect("the program can be run"))
}

fn resume(folder: &Folder, more: &[&str]) -> Run {
    let mut command = folder.command(&[&["distill", "--resume", "--poll", "0"], more].concat());
    command.env("ANTHROPIC_API_KEY", "k").env("OPENAI_API_KEY", "k");
    run(command)
}

#[test]
fn what_a_batch_leaves_out_is_handed_over_again_and_nothing_else() {
    let folder = dataset();
    let mock = anthropic(0, |prompt, batch| match (batch, prompt) {
        (1, "bug_fix number 0 for go") => json!({ "type": "expired" }),
        (1, "refactoring number 0 for rust") => {
            json!({ "type": "errored", "error": { "type": "error", "error": { "type": "api_error", "message": "x" } } })
        }
        _ => succeeded(&format!("Answer to {prompt}")),
    });
    let first = run(command(&folder, &mock, &["--poll", "0", "--confirm-above", "1"]));
    let shown = first.shown();
    let shown = shown.split_once("d: 12 of").expect("what was handed over").1;
    assert_snapshot!(format!("{}--- then{shown}", first.stdout()), @r"
    batch msgbatch_1 of anthropic: ended, taken in
    10 prompts answered, 2 without an answer
    answers: 10 complete
    failed requests: 1 api_error, 1 expired
    cost: $0.0051
    --- then 12 prompts handed over in 1 batch; 0 answered, 0 handed over before, 0 not
    error: 2 prompts got no answer
    hint: the command that handed them over, typed again, hands over what is missing
    --- exit code 1
    ");
    let sent = &mock.requests()[0];
    let ids: Vec<&str> =
        sent.body["requests"].as_array().expect("requests").iter().filter_map(|r| r["custom_id"].as_str()).collect();
    assert!(
        ids.iter().all(|id| id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'))
    );

    let second = run(command(&folder, &mock, &["--poll", "0", "--json", "--quiet"]));
    let outcome = Folder::json_of(&second.stdout());
    assert_eq!((&outcome["submitted"]["known"], &outcome["submitted"]["submitted"]), (&json!(10), &json!(2)));
    assert_eq!((&outcome["collected"]["answered"], second.code()), (&json!(2), 0));
    assert_eq!(folder.ok(&["dataset", "export", "d", "--with", "responses"]).lines().count(), 12);
    folder.ok(&["check"]);
}

#[test]
fn a_batch_that_is_open_is_taken_in_later_and_its_prompts_are_not_asked_meanwhile() {
    let folder = dataset();
    let mock = anthropic(2, |_, _| succeeded("a"));
    let first = run(command(&folder, &mock, &["--poll", "0", "--quiet"]));
    assert_eq!(first.code(), 1);
    assert_snapshot!(first.shown(), @r"
    batch msgbatch_1 of anthropic: in_progress
    0 prompts answered, 0 without an answer
    cost: $0.00
    --- stderr
    error: 1 batch not ended
    hint: `catalog distill --resume` takes the answers in, on this terminal or another
    --- exit code 1
    ");
    // Neither another batch nor a direct question.
    let second = run(command(&folder, &mock, &["--poll", "0", "--json", "--quiet"]));
    let submitted = &Folder::json_of(&second.stdout())["submitted"];
    assert_eq!((&submitted["waiting"], &submitted["submitted"]), (&json!(12), &json!(0)));
    let args =
        ["distill", "d", "--provider", "anthropic", "--model", "claude-haiku-4-5", "--base-url", &mock.url, "--json"];
    let mut direct = folder.command(&args);
    let direct = Folder::json_of(
        &run({
            direct.env("ANTHROPIC_API_KEY", "k");
            direct
        })
        .stdout(),
    );
    assert_eq!((&direct["waiting"], &direct["answered"]), (&json!(12), &json!(0)));
    assert_eq!(mock.requests().iter().filter(|request| request.method == "POST").count(), 1);

    let third = resume(&folder, &[]);
    assert_snapshot!(third.shown(), @r"
    batch msgbatch_1 of anthropic: ended, taken in
    12 prompts answered, 0 without an answer
    answers: 12 complete
    cost: $0.00612
    --- stderr
    --- exit code 0
    ");
    assert_eq!(resume(&folder, &[]).stdout(), "no batch is open\n");
    folder.ok(&["check"]);
}

/// An OpenAI batch may end as expired with half of its answers in one file and reasons in another.
#[test]
fn both_files_of_a_batch_are_read_however_it_ended() {
    let folder = dataset();
    let vendor = Arc::new(Mutex::new(Vendor::default()));
    let mock = Mock::start(move |request| {
        let mut vendor = vendor.lock().expect("no other test");
        let json = |value: Value| Reaction::Answer(200, vec![], value);
        let answer = |(id, prompt): &(String, String)| {
            let body = json!({ "model": "gpt-5.4-mini-x", "choices": [{ "finish_reason": "stop", "message": { "content": prompt } }],
                               "usage": { "prompt_tokens": 20, "completion_tokens": 200 } });
            json!({ "id": "b", "custom_id": id, "error": null, "response": { "status_code": 200, "request_id": "r", "body": body } })
        };
        let expired = |(id, _): &(String, String)| json!({ "id": "b", "custom_id": id, "response": null, "error": { "code": "batch_expired", "message": "x" } });
        let lines = |rows: Vec<Value>| Reaction::Text(rows.iter().map(|row| format!("{row}\n")).collect());
        match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/v1/files") => {
                let form = String::from_utf8(request.bytes.clone()).expect("text");
                assert!(form.contains("name=\"purpose\"\r\n\r\nbatch\r\n"), "{form}");
                vendor.file = form
                    .lines()
                    .filter(|line| line.starts_with('{'))
                    .map(|line| {
                        let row: Value = serde_json::from_str(line).expect("JSON");
                        assert_eq!((&row["method"], &row["url"]), (&json!("POST"), &json!("/v1/chat/completions")));
                        request_of(&row)
                    })
                    .collect();
                json(json!({ "id": "file-1", "object": "file" }))
            }
            ("POST", "/v1/batches") => {
                assert_eq!(
                    request.body,
                    json!({ "input_file_id": "file-1", "endpoint": "/v1/chat/completions", "completion_window": "24h" })
                );
                let file = vendor.file.clone();
                vendor.batches.push(file);
                json(json!({ "id": format!("batch_{}", vendor.batches.len()), "status": "validating" }))
            }
            ("GET", "/v1/batches/batch_1") => json(
                json!({ "id": "batch_1", "status": "expired", "output_file_id": "out-1", "error_file_id": "err-1" }),
            ),
            ("GET", "/v1/batches/batch_2") => {
                json(json!({ "id": "batch_2", "status": "completed", "output_file_id": "out-2", "error_file_id": "" }))
            }
            ("GET", "/v1/files/out-1/content") => lines(vendor.batches[0][..6].iter().map(answer).collect()),
            // Three with a reason, and three in neither file.
            ("GET", "/v1/files/err-1/content") => lines(vendor.batches[0][6..9].iter().map(expired).collect()),
            ("GET", "/v1/files/out-2/content") => lines(vendor.batches[1].iter().map(answer).collect()),
            other => panic!("{other:?}"),
        }
    });
    let args = [
        "distill",
        "d",
        "--batch",
        "--provider",
        "openai",
        "--model",
        "gpt-5.4-mini",
        "--base-url",
        &mock.url,
        "--poll",
        "0",
        "--json",
        "--quiet",
    ];
    let ask = || {
        let mut command = folder.command(&args);
        command.env("OPENAI_API_KEY", "k");
        Folder::json_of(&run(command).stdout())
    };
    let first = ask()["collected"].clone();
    assert_eq!((&first["answered"], &first["failed"]), (&json!(6), &json!(6)), "{first}");
    assert_eq!(first["faults"], json!({ "batch_expired": 3, "missing": 3 }));
    // Half of 0.75 and 4.50 dollars a million.
    assert_eq!(first["cost"], 6 * (20 * 375 + 200 * 2_250));
    let second = ask();
    assert_eq!((&second["submitted"]["submitted"], &second["collected"]["answered"]), (&json!(6), &json!(6)));
    folder.ok(&["check"]);
}

/// Starts a command, kills it as soon as `at_work` says so, and waits for its end.
fn killed(mut command: Command, at_work: impl Fn() -> bool) {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    while !at_work() {
        assert!(child.try_wait().expect("a child").is_none(), "it ended by itself");
        thread::sleep(Duration::from_millis(2));
    }
    child.kill().expect("a child can be killed");
    child.wait().expect("it ends");
}

fn count(folder: &Folder, sql: &str) -> i64 {
    let connection = rusqlite::Connection::open(folder.path("catalog.db")).expect("the catalog");
    connection.query_row(sql, [], |row| row.get(0)).expect("a count")
}

/// OpenAI takes a file and then a batch of it: killed at either, nobody knows what arrived.
#[test]
fn promise_5_a_batch_that_was_handed_over_when_its_process_was_killed_is_told_as_lost() {
    let anthropic_args = ["--provider", "anthropic", "--model", "claude-haiku-4-5"];
    let openai_args = ["--provider", "openai", "--model", "gpt-5.4-mini"];
    for (teacher, stalls_at) in
        [(anthropic_args, "/v1/messages/batches"), (openai_args, "/v1/files"), (openai_args, "/v1/batches")]
    {
        let folder = dataset();
        let submit = |mock: &Mock| {
            let args = [&["distill", "d", "--batch", "--base-url", &mock.url], &teacher[..]].concat();
            let mut command = folder.command(&[&args[..], &["--poll", "0", "--json", "--quiet"]].concat());
            command.env("ANTHROPIC_API_KEY", "k").env("OPENAI_API_KEY", "k");
            command
        };
        let mock = Mock::start(move |request| match request.path.as_str() {
            path if path == stalls_at => Reaction::Stall(1_000, "{".to_owned()),
            _ => Reaction::Answer(200, vec![], json!({ "id": "file-1" })),
        });
        killed(submit(&mock), || mock.requests().iter().any(|request| request.path == stalls_at));
        assert_eq!(count(&folder, "SELECT count(*) FROM batch WHERE state = 'creating' AND remote_id IS NULL"), 1);
        assert_eq!(count(&folder, "SELECT count(*) FROM attempt WHERE state = 'sent'"), 12);

        let whole = Mock::start(|request| match request.path.as_str() {
            "/v1/files" => Reaction::Answer(200, vec![], json!({ "id": "file-2" })),
            "/v1/batches" => Reaction::Answer(200, vec![], json!({ "id": "batch_2", "status": "validating" })),
            _ => Reaction::Answer(
                200,
                vec![],
                json!({ "id": "batch_2", "processing_status": "in_progress",
                                                      "status": "in_progress" }),
            ),
        });
        let next = Folder::json_of(&run(submit(&whole)).stdout());
        let submitted = &next["submitted"];
        assert_eq!((&submitted["lost"], &submitted["submitted"]), (&json!(12), &json!(12)), "{stalls_at}: {next}");
        // What was lost may have cost the most that it could, as may what waits now.
        assert_eq!(
            submitted["reserved"],
            count(&folder, "SELECT sum(reserved) FROM attempt WHERE state IN ('lost', 'sent')")
        );
        assert_eq!(count(&folder, "SELECT count(*) FROM batch WHERE state = 'lost'"), 1);
        folder.ok(&["check"]);
    }
}

/// Killed before the first answer, and when a part of them is in the catalog, and the connection dropped after that: each
/// is taken in once.
#[test]
fn promise_5_answers_of_a_batch_are_taken_in_once_however_often_that_is_killed() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(100));
    folder.ok(&["dataset", "record", "d", "a.jsonl", "--quiet"]);
    let vendor = Mutex::new(Vec::new());
    let mock = Mock::start(move |request: &Request| {
        let mut batch = vendor.lock().expect("no other test");
        let ended = json!({ "id": "msgbatch_1", "processing_status": "ended" });
        if request.method == "POST" {
            *batch = request.body["requests"].as_array().expect("requests").iter().map(request_of).collect();
            return Reaction::Answer(200, vec![], ended);
        }
        if !request.path.ends_with("/results") {
            return Reaction::Answer(200, vec![], ended);
        }
        let lines: Vec<String> = batch
            .iter()
            .map(|(id, prompt)| json!({ "custom_id": id, "result": succeeded(prompt) }).to_string() + "\n")
            .collect();
        match request.before {
            0 => Reaction::Stall(lines.concat().len(), String::new()),
            1 => Reaction::Stall(lines.concat().len(), lines[..1_100].concat()),
            2 => Reaction::Cut(lines.concat().len(), lines[..1_100].concat() + &lines[1_100][..50]),
            _ => Reaction::Text(lines.concat()),
        }
    });
    let results = || mock.requests().iter().filter(|request| request.path.ends_with("/results")).count();
    let answers = |folder: &Folder| count(folder, "SELECT count(*) FROM response");
    killed(command(&folder, &mock, &["--poll", "1", "--quiet", "--confirm-above", "100"]), || results() == 1);
    assert_eq!((answers(&folder), count(&folder, "SELECT count(*) FROM attempt WHERE state = 'sent'")), (0, 1_200));
    let mut resuming = folder.command(&["distill", "--resume", "--poll", "0"]);
    resuming.env("ANTHROPIC_API_KEY", "k");
    killed(resuming, || results() == 2 && answers(&folder) > 0);
    assert_eq!(answers(&folder), 1_000);
    let resumed = || {
        let run = resume(&folder, &["--json", "--quiet"]);
        let told = Folder::json_of(&run.stdout());
        (told["answered"].as_u64(), told["failed"].as_u64(), told["batches"][0]["ended"].as_bool(), run.code())
    };
    // What came in whole before the connection was dropped is kept.
    assert_eq!(resumed(), (Some(100), Some(0), Some(false), 1));
    assert_eq!(answers(&folder), 1_100);
    assert_eq!(resumed(), (Some(100), Some(0), Some(true), 0));
    assert_eq!((answers(&folder), count(&folder, "SELECT count(*) FROM attempt")), (1_200, 1_200));
    // Half of 1 and 5 dollars a million, for each once.
    assert_eq!(count(&folder, "SELECT sum(cost) FROM attempt"), 1_200 * (20 * 500 + 200 * 2_500));
    let rows = folder.ok(&["dataset", "export", "d", "--with", "responses"]);
    assert_eq!(rows.lines().count(), 1_200);
    for row in rows.lines().map(Folder::json_of) {
        assert_eq!(row["response"], row["prompt"]);
    }
    assert_eq!(mock.requests().iter().filter(|request| request.method == "POST").count(), 1);
    folder.ok(&["check"]);
}

#[test]
fn a_batch_that_may_have_arrived_is_told_and_one_that_was_refused_is_not() {
    let folder = dataset();
    let slow = Mock::start(|_| Reaction::Slow(Duration::from_secs(5), Box::new(Reaction::Drop)));
    let mut child = command(&folder, &slow, &["--poll", "0", "--quiet"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    while slow.requests().is_empty() {
        thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("a child can be killed");
    child.wait().expect("it ends");
    // Who asks directly next is told of it too, and need not wait for what will never come.
    let copy = Folder::new();
    folder.ok(&["backup", &copy.path("catalog.db").display().to_string(), "--quiet"]);
    let direct = Mock::start(|_| message("a", "end_turn"));
    let args = ["distill", "d", "--provider", "anthropic", "--model", "claude-haiku-4-5", "--base-url", &direct.url];
    let mut asking = copy.command(&[&args[..], &["--json", "--quiet"]].concat());
    asking.env("ANTHROPIC_API_KEY", "k");
    let asked = Folder::json_of(&run(asking).stdout());
    assert_eq!((&asked["lost"], &asked["waiting"], &asked["answered"]), (&json!(12), &json!(0), &json!(12)));
    let full = Mock::start(|_| {
        Reaction::Answer(
            400,
            vec![],
            json!({ "error": { "type": "invalid_request_error", "message": "no more batches" } }),
        )
    });
    let refused = run(command(&folder, &full, &["--poll", "0", "--json", "--quiet"]));
    let submitted = &Folder::json_of(&refused.stdout())["submitted"];
    assert_eq!((&submitted["lost"], &submitted["failed"], refused.code()), (&json!(12), &json!(12), 1));
    assert!(refused.stderr().starts_with("error: a batch for claude-haiku-4-5 was not taken: no more batches\n"));
    let mock = anthropic(0, |_, _| succeeded("a"));
    let last = Folder::json_of(&run(command(&folder, &mock, &["--poll", "0", "--json", "--quiet"])).stdout());
    assert_eq!((&last["submitted"]["lost"], &last["collected"]["answered"]), (&json!(0), &json!(12)));
    folder.ok(&["check"]);
}

#[test]
fn a_batch_stays_within_the_budget() {
    let folder = dataset();
    let mock = anthropic(0, |_, _| succeeded("a"));
    // A question may cost about 0.00255 in a batch with 1,000 tokens of answer.
    let more = ["--poll", "0", "--json", "--quiet", "--max-tokens", "1000", "--max-cost", "0.0128"];
    let outcome = run(command(&folder, &mock, &more));
    let shown = Folder::json_of(&outcome.stdout());
    assert_eq!(
        (&shown["submitted"]["submitted"], &shown["submitted"]["stopped"]),
        (&json!(5), &json!("budget")),
        "{shown}"
    );
    assert_eq!((&shown["collected"]["answered"], outcome.code()), (&json!(5), 1));
}
