//! Servers that fail in every way, and processes that are killed while they ask: every prompt is answered, and no answer
//! that is kept is asked for again.
#![cfg(feature = "distill")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common::mock::{Mock, Reaction, Request, completion, failure, message};
use common::{Folder, Run, prompts};
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;
use rusqlite::Connection;
use serde_json::{Value, json};

/// The interfaces, each with a model.
const INTERFACES: [(&str, &str); 3] =
    [("anthropic", "claude-haiku-4-5"), ("openai", "gpt-5.4-mini"), ("openai-compatible", "gpt-5.4-mini")];

/// Every way in which a request fails, and what it is called in the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Limited,
    LimitedWithPause,
    LimitedWithSeconds,
    Broken,
    Overloaded,
    Dropped,
    Closed,
    Malformed,
    NoAnswer,
    Slow,
}

const WAYS: [Way; 10] = [
    Way::Limited,
    Way::LimitedWithPause,
    Way::LimitedWithSeconds,
    Way::Broken,
    Way::Overloaded,
    Way::Dropped,
    Way::Closed,
    Way::Malformed,
    Way::NoAnswer,
    Way::Slow,
];

impl Way {
    fn reaction(self, request: &Request) -> Reaction {
        match self {
            Self::Limited => failure(429, "rate_limit_error", vec![]),
            Self::LimitedWithPause => failure(429, "rate_limit_error", vec![("retry-after-ms", "20")]),
            Self::LimitedWithSeconds => failure(429, "rate_limit_error", vec![("retry-after", "0")]),
            Self::Broken => failure(500, "api_error", vec![("retry-after-ms", "1")]),
            Self::Overloaded => failure(529, "overloaded_error", vec![("retry-after-ms", "1")]),
            Self::Dropped => Reaction::Drop,
            Self::Closed => Reaction::Close,
            Self::Malformed => Reaction::Text("{\"model\": \"m\", \"content\": [".to_owned()),
            Self::NoAnswer => Reaction::Answer(200, vec![], json!({ "surprise": true })),
            Self::Slow => Reaction::Slow(Duration::from_millis(300), Box::new(answer(request))),
        }
    }

    fn code(self) -> Option<&'static str> {
        match self {
            Self::Limited | Self::LimitedWithPause | Self::LimitedWithSeconds => Some("rate_limit_error"),
            Self::Broken => Some("api_error"),
            Self::Overloaded => Some("overloaded_error"),
            Self::Dropped | Self::Closed => Some("connection"),
            Self::Malformed | Self::NoAnswer => Some("malformed"),
            Self::Slow => None,
        }
    }
}

/// The answer of the interface that was asked.
fn answer(request: &Request) -> Reaction {
    let text = format!("Answer to: {}", request.prompt());
    if request.path.ends_with("/messages") { message(&text, "end_turn") } else { completion(&text, "stop") }
}

/// A number that looks random, and is the same every time.
fn chance(of: &impl Hash) -> usize {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish() as usize
}

/// A catalog with a dataset `d` of so many prompts.
fn dataset(size: usize) -> Folder {
    let folder = Folder::new();
    let lines = prompts(size.div_ceil(12));
    folder.write("a.jsonl", lines.lines().take(size).map(|line| format!("{line}\n")).collect::<String>());
    folder.ok(&["dataset", "record", "d", "a.jsonl", "--quiet"]);
    folder
}

fn asking(folder: &Folder, (provider, model): (&str, &str), mock: &Mock, more: &[&str]) -> Command {
    let args = ["distill", "d", "--provider", provider, "--model", model, "--base-url", &mock.url, "--json", "--quiet"];
    let mut command = folder.command(&[&args[..], &["--confirm-above", "100"], more].concat());
    for name in ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "CATALOG_API_KEY"] {
        command.env(name, "k");
    }
    command
}

fn outcome(mut command: Command) -> Value {
    let run = Run(command.output().expect("the program can be run"));
    run.succeeded();
    Folder::json_of(&run.stdout())
}

#[test]
fn what_fails_in_passing_is_asked_again_through_every_interface() {
    for interface in INTERFACES {
        let folder = dataset(60);
        let mock = Mock::start(|request| {
            let way = WAYS[chance(&request.prompt()) % WAYS.len()];
            if request.before == 0 { way.reaction(request) } else { answer(request) }
        });
        let told = outcome(asking(&folder, interface, &mock, &[]));
        assert_eq!((&told["answered"], &told["failed"]), (&json!(60), &json!(0)), "{told}");
        let mut expected: BTreeMap<&str, u64> = BTreeMap::new();
        let mut ways = BTreeSet::new();
        for request in mock.requests().iter().filter(|request| request.before == 0) {
            let way = WAYS[chance(&request.prompt()) % WAYS.len()];
            ways.insert(format!("{way:?}"));
            way.code().into_iter().for_each(|code| *expected.entry(code).or_default() += 1);
        }
        assert_eq!(ways.len(), WAYS.len(), "{ways:?}");
        assert_eq!(told["faults"], json!(expected), "{interface:?}");
        let lines = folder.ok(&["dataset", "export", "d", "--with", "responses"]);
        for row in lines.lines().map(Folder::json_of) {
            assert_eq!(row["response"], format!("Answer to: {}", row["prompt"].as_str().expect("a prompt")));
        }
        folder.ok(&["check"]);
    }
}

/// A server that fails in one request of twenty, in any way, whatever is asked.
fn faulty(answers: Arc<AtomicUsize>, faults: Arc<AtomicUsize>) -> Mock {
    Mock::start(move |request| {
        let chance = chance(&(request.prompt(), request.before));
        let way = (chance % 20 == 0).then(|| WAYS[chance / 20 % WAYS.len()]);
        if way.is_some() {
            faults.fetch_add(1, Ordering::Relaxed);
        }
        if way.is_none_or(|way| way == Way::Slow) {
            answers.fetch_add(1, Ordering::Relaxed);
        }
        let reaction = way.map_or_else(|| answer(request), |way| way.reaction(request));
        Reaction::Slow(Duration::from_millis(5), Box::new(reaction))
    })
}

/// 1,000 prompts, a server that fails in one request of twenty, and 20 kills at random moments: 1,000 answers, none of
/// them asked for again once it was kept. Only what was in flight at a kill may be paid twice, and it is told.
fn killed_at_random(interface: (&str, &str), seed: u64) {
    let (size, concurrency) = (1_000, 16);
    let folder = dataset(size);
    let (answers, faults) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mock = faulty(Arc::clone(&answers), Arc::clone(&faults));
    let more = ["--concurrency", "16"];
    let count = |sql: &str| -> usize {
        let connection = Connection::open(folder.path("catalog.db")).expect("the catalog");
        connection.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a count") as usize
    };
    let kept = || -> BTreeSet<String> {
        let connection = Connection::open(folder.path("catalog.db")).expect("the catalog");
        let sql = "SELECT prompt.text FROM response JOIN prompt ON prompt.id = response.prompt_id";
        let mut statement = connection.prepare(sql).expect("a statement");
        statement.query_map([], |row| row.get(0)).expect("rows").map(|text| text.expect("a text")).collect()
    };
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let (mut kills, mut lost, mut last_lost) = (0, 0, 0);
    // The answers that were kept when so many requests had come in.
    let mut known: Vec<(usize, BTreeSet<String>)> = Vec::new();
    while kills < 20 {
        let mut child = asking(&folder, interface, &mock, &more)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let (begun, seen) = (Instant::now(), mock.count());
        let until = seen + rng.random_range(1..60);
        while mock.count() < until && begun.elapsed() < Duration::from_secs(60) {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_micros(u64::from(rng.next_u32() % 5_000)));
        assert!(child.try_wait().expect("a child").is_none(), "it ended by itself after {kills} kills");
        child.kill().expect("a child can be killed");
        child.wait().expect("it ends");
        kills += 1;
        last_lost = count("SELECT count(*) FROM attempt WHERE state = 'sent'");
        assert!(last_lost <= concurrency, "{last_lost} in flight");
        lost += last_lost;
        // What it had sent may still arrive, and is none of what was kept.
        known.push((mock.count(), kept()));
    }
    let told = outcome(asking(&folder, interface, &mock, &more));
    let (before, now) = (told["known"].as_u64(), told["answered"].as_u64());
    assert_eq!(before.zip(now).map(|(before, now)| before + now), Some(size as u64), "{told}");
    assert_eq!((&told["lost"], &told["failed"], &told["left"]), (&json!(last_lost), &json!(0), &json!(0)), "{told}");
    assert_eq!(count("SELECT count(*) FROM response WHERE ending = 'complete'"), size);

    let requests = mock.requests();
    let mut kept_before = known.iter().peekable();
    let mut kept: &BTreeSet<String> = &BTreeSet::new();
    for (number, request) in requests.iter().enumerate() {
        while let Some((_, answered)) = kept_before.next_if(|(from, _)| *from <= number) {
            kept = answered;
        }
        assert!(!kept.contains(&request.prompt()), "seed {seed}: `{}` is asked again", request.prompt());
    }
    let state = |state: &str| count(&format!("SELECT count(*) FROM attempt WHERE state = '{state}'"));
    assert_eq!((state("answered"), state("lost"), state("sent")), (size, lost, 0), "seed {seed}");
    // Every request that the server saw is an attempt of the catalog; a lost one may not have left.
    let ended = size + state("failed");
    assert!(
        (ended..=ended + lost).contains(&requests.len()),
        "{} requests, {ended} ended, {lost} lost",
        requests.len()
    );
    let paid = answers.load(Ordering::Relaxed);
    assert!((size..=size + lost).contains(&paid), "{paid} answers given, {lost} lost");
    let failed = faults.load(Ordering::Relaxed);
    assert!((requests.len() / 40..requests.len() / 10).contains(&failed), "{failed} of {} failed", requests.len());
    folder.ok(&["check"]);
}

#[test]
fn promise_5_a_thousand_prompts_are_answered_over_twenty_kills_by_anthropic() {
    killed_at_random(INTERFACES[0], 8);
}

#[test]
fn promise_5_a_thousand_prompts_are_answered_over_twenty_kills_by_openai() {
    killed_at_random(INTERFACES[1], 9);
}
