//! From a dataset with answers to the files that a trainer reads.
#![cfg(feature = "distill")]

mod common;

use common::mock::{Mock, Request, message};
use common::{Folder, Run};
use insta::assert_snapshot;
use serde_json::{Value, json};

/// A catalog with a dataset `d` of so many prompts, put to a teacher.
fn answered(size: usize, answer: impl Fn(&Request) -> String + Send + Sync + 'static) -> Folder {
    let folder = Folder::new();
    folder.write("a.jsonl", common::prompts(size.div_ceil(12)));
    folder.ok(&["import", "a.jsonl"]);
    let count = size.to_string();
    let any = ["--area", "any", "--language", "any", "--no-generate", "--quiet"];
    folder.ok(&[&["sample", "-n", &count, "--dataset", "d", "--seed", "1"], &any[..]].concat());
    put_to_teacher(&folder, answer);
    folder
}

fn put_to_teacher(folder: &Folder, answer: impl Fn(&Request) -> String + Send + Sync + 'static) {
    let mock = Mock::start(move |request| message(&answer(request), "end_turn"));
    let args = ["distill", "d", "--provider", "anthropic", "--model", "claude-haiku-4-5", "--base-url", &mock.url];
    let mut command = folder.command(&[&args[..], &["--terms", "ours: \"yes\"", "--quiet"]].concat());
    Run(command.env("ANTHROPIC_API_KEY", "sk-ant-test").output().expect("the program can be run")).succeeded();
}

/// The number in a prompt of [`common::prompts`].
fn number(prompt: &str) -> usize {
    prompt.split(' ').nth(2).and_then(|number| number.parse().ok()).expect("a number")
}

/// Every reason to leave an answer out is counted and told; what is left is in the order of the draw.
#[test]
fn answers_with_a_flaw_are_left_out_and_counted_by_it() {
    let words: String = (0..60).map(|number| format!("word{number} ")).collect();
    let folder = answered(96, move |request| {
        let prompt = request.prompt();
        match number(&prompt) {
            0 => "I'm sorry, but I can't help with that.".to_owned(),
            1 => " \n".to_owned(),
            2 => "Same to all.\n```\nx\n```".to_owned(),
            3 => format!("```\n{words}\n```\n{}", prompt.split(' ').next_back().unwrap_or_default()),
            4 => "No.".to_owned(),
            5 => format!("{prompt} {}", "long ".repeat(200)),
            6 => format!("No code, but a long answer to {prompt}"),
            _ => format!("So:\n```\n{prompt}\n```"),
        }
    });
    let args = ["dataset", "export", "d", "--with", "responses"];
    let rules = ["--min-chars", "5", "--max-chars", "900", "--require-code", "--output", "o.jsonl"];
    let run = folder.run(&[&args[..], &rules].concat());
    assert_snapshot!(run.shown(), @"
    --- stderr
    note: d is written to o.jsonl
    note: 12 answers left out that refuse; `--include refused` writes them too
    note: 12 answers left out that say nothing
    note: 12 answers left out that are shorter than `--min-chars` allows
    note: 12 answers left out that are longer than `--max-chars` allows
    note: 12 answers left out that have no code block where the prompt asks for code
    note: 20 answers left out that repeat one before; `--keep-repeats` writes them too
    note: 2 answers left out that nearly repeat one before; `--keep-repeats` writes them too
    --- exit code 0
    ");
    let prompts: Vec<Value> = folder.read("o.jsonl").lines().map(|line| Folder::json_of(line)["id"].clone()).collect();
    let all = folder.ok(&["dataset", "export", "d"]);
    let drawn: Vec<Value> = all.lines().map(|line| Folder::json_of(line)["id"].clone()).collect();
    assert_eq!(prompts, drawn.into_iter().filter(|id| prompts.contains(id)).collect::<Vec<_>>());

    let report = folder.json(&["report", "dataset", "d", "--json"]);
    let row =
        |outcome: &str, prompts: u64, share: f64| json!({ "outcome": outcome, "prompts": prompts, "share": share });
    let rows = [
        row("written", 39, 0.40625),
        row("refusal", 12, 0.125),
        row("empty", 12, 0.125),
        row("repeat", 31, 0.322917),
        row("near_repeat", 2, 0.020833),
    ];
    assert_eq!(report["sections"]["answers"], json!(rows));
    let csv = folder.ok(&["report", "dataset", "d", "--format", "csv"]);
    assert!(csv.contains("\nanswers,repeat,prompts,31\n"), "{csv}");
    let page = folder.ok(&["report", "dataset", "d", "--format", "html"]);
    assert!(page.contains("near_repeat"));

    let told = folder.json(&[&args[..], &["--json", "--quiet", "--output", "p.jsonl"]].concat());
    assert_eq!(told["left_out"], json!({ "refusal": 12, "empty": 12, "repeat": 31, "near_repeat": 2 }));
    assert_eq!((&told["rows"], folder.read("p.jsonl").lines().count()), (&json!(39), 39));
    let kept = ["--json", "--quiet", "--output", "q.jsonl", "--keep-repeats", "--include", "refused"];
    assert_eq!(folder.json(&[&args[..], &kept].concat())["left_out"], json!({ "empty": 12 }));
    let flags = ["dataset", "export", "d", "--min-chars", "5"];
    assert_eq!(folder.run(&flags).code(), 2);
    let shown = folder.ok(&["report", "dataset", "d"]);
    let of_answers = shown.split("\n\n").find(|section| section.starts_with("Answers")).expect("a section");
    assert_snapshot!(of_answers, @"
    Answers
      What `dataset export --with responses` writes by its usual rules, and what it
      leaves out.
      outcome      prompts   share
      written           39  40.6 %  ████████████████████████████████████████
      refusal           12  12.5 %  ████████████▎
      empty             12  12.5 %  ████████████▎
      repeat            31  32.3 %  ███████████████████████████████▊
      near_repeat        2   2.1 %  ██
    ");
}

/// An answer of its own to every prompt, with a code block.
fn plain(request: &Request) -> String {
    let prompt = request.prompt();
    let words: String = prompt.bytes().map(|byte| format!("w{} ", u64::from(byte) * 31)).collect();
    format!("To {prompt}: {words}\n```\nprint({:?})\n```\n", common::hash(&prompt))
}

const EXPORT: [&str; 5] = ["dataset", "export", "d", "--with", "responses"];

fn export(folder: &Folder, more: &[&str]) -> Run {
    folder.run(&[&EXPORT[..], more].concat())
}

#[test]
fn a_folder_holds_all_that_a_trainer_reads() {
    let folder = answered(60, plain);
    let split = "--split=train=0.9,validation=0.1";
    let run = export(&folder, &["--format", "chatglm3", split, "--license", "mit", "--output-dir", "out/"]);
    assert_snapshot!(run.shown(), @"
      split       file             rows  quota   bytes
      train       train.json         54     54  21,230
      validation  validation.json     6      6   2,350
    --- stderr
    note: d is written to out/
    --- exit code 0
    ");
    let mut names: Vec<_> = std::fs::read_dir(folder.path("out"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    assert_eq!(names, ["README.md", "dataset_info.json", "manifest.json", "train.json", "validation.json"]);
    assert_snapshot!(folder.read("out/README.md"), @r#"
    ---
    pretty_name: "d"
    license: "mit"
    language:
    - "code"
    annotations_creators:
    - "machine-generated"
    language_creators:
    - "found"
    source_datasets:
    - "original"
    size_categories:
    - "n<1K"
    task_categories:
    - "text-generation"
    task_ids:
    - "language-modeling"
    tags:
    - "code"
    - "instruction-tuning"
    - "synthetic"
    - "distillation"
    - "go"
    - "python"
    - "rust"
    configs:
    - config_name: "default"
      data_files:
      - split: "train"
        path: "train.json"
      - split: "validation"
        path: "validation.json"
    dataset_info:
      features:
      - name: conversations
        list:
        - name: role
          dtype: string
        - name: content
          dtype: string
      splits:
      - name: "train"
        num_bytes: 21230
        num_examples: 54
      - name: "validation"
        num_bytes: 2350
        num_examples: 6
      download_size: 23580
      dataset_size: 23580
    ---

    # d

    60 prompts for coding assistants with the answers of teacher models, as `chatglm3`.

    | split | file | rows |
    | --- | --- | ---: |
    | train | train.json | 54 |
    | validation | validation.json | 6 |

    ## By area

    | area | rows | share |
    | --- | --- | ---: |
    | code\_generation | 15 | 25.0 % |
    | debugging | 15 | 25.0 % |
    | explanation | 15 | 25.0 % |
    | multi\_step | 15 | 25.0 % |

    ## By language

    | language | rows | share |
    | --- | --- | ---: |
    | go | 20 | 33.3 % |
    | python | 20 | 33.3 % |
    | rust | 20 | 33.3 % |

    ## By source

    | source | rows | share |
    | --- | --- | ---: |
    | existing | 60 | 100.0 % |

    ## Teachers

    | model | rows | cost |
    | --- | --- | ---: |
    | claude-haiku-4-5-20251001 (anthropic) | 60 | $0.0612 |

    Vendors may restrict what is trained on their models' answers. This was declared of their terms:

    - ours: "yes" (60 rows)

    ## Proof

    `manifest.json` names every row in order: the SHA-256 of its prompt and of its answer, the split, the model that answered, the declared terms and the cost. `catalog dataset verify manifest.json FILE` holds a file against it.
    "#);
    assert_snapshot!(folder.read("out/dataset_info.json"), @r#"
    {
      "d_train": {
        "columns": {
          "messages": "conversations"
        },
        "file_name": "train.json",
        "formatting": "sharegpt",
        "tags": {
          "assistant_tag": "assistant",
          "content_tag": "content",
          "role_tag": "role",
          "system_tag": "system",
          "user_tag": "user"
        }
      },
      "d_validation": {
        "columns": {
          "messages": "conversations"
        },
        "file_name": "validation.json",
        "formatting": "sharegpt",
        "tags": {
          "assistant_tag": "assistant",
          "content_tag": "content",
          "role_tag": "role",
          "system_tag": "system",
          "user_tag": "user"
        }
      }
    }
    "#);
    let manifest = Folder::json_of(&folder.read("out/manifest.json"));
    let rows = manifest["rows"].as_array().expect("rows");
    let lines = folder.read("out/manifest.json").lines().count();
    assert_eq!((rows.len(), lines), (60, 64));
    let (row, drawn) = (&rows[0], folder.ok(&["dataset", "export", "d"]));
    let first = Folder::json_of(drawn.lines().next().expect("a line"));
    let mut expected = json!({
        "provider": "anthropic", "teacher": "claude-haiku-4-5", "model": "claude-haiku-4-5-20251001",
        "terms": "ours: \"yes\"", "cost_nano_usd": 1_020_000, "request_id": "req_01",
    });
    ["id", "category", "area", "language", "source"].iter().for_each(|name| expected[name] = first[name].clone());
    ["answer_sha256", "answered_at", "split"].iter().for_each(|name| expected[name] = row[name].clone());
    assert_eq!(row, &expected);
    // A data file holds the rows of its split, in the order of the manifest.
    for split in ["train", "validation"] {
        let text = folder.read(&format!("out/{split}.json"));
        let turns = |line: &str| {
            let turns = Folder::json_of(line)["conversations"].clone();
            assert_eq!([&turns[0]["role"], &turns[1]["role"]], ["user", "assistant"]);
            [0, 1].map(|turn| common::hash(turns[turn]["content"].as_str().expect("a text")))
        };
        let of_split = rows.iter().filter(|row| row["split"] == split);
        let wanted = of_split
            .map(|row| [&row["id"], &row["answer_sha256"]].map(|hash| hash.as_str().unwrap_or_default().to_owned()));
        assert_eq!(text.lines().map(turns).collect::<Vec<_>>(), wanted.collect::<Vec<_>>());
    }
    let run = export(&folder, &["--output-dir", "out"]);
    assert_snapshot!(run.shown(), @"
    --- stderr
    error: out exists already
    hint: name another file, or add `--force` where the command has it
    --- exit code 1
    ");
    // The same seed gives the same bytes; another one other splits.
    export(&folder, &["--format", "chatglm3", split, "--license", "mit", "--output-dir", "again"]).succeeded();
    let other = ["--format", "chatglm3", split, "--seed", "1", "--output-dir", "other", "--json"];
    let told = Folder::json_of(&export(&folder, &other).stdout());
    let counts = json!([told["dataset"], told["format"], told["rows"], told["without_answer"], told["left_out"]]);
    assert_eq!(counts, json!(["d", "chatglm3", 60, 0, {}]));
    assert_eq!(told["files"], Folder::json_of(&folder.read("other/manifest.json"))["files"]);
    for name in &names {
        assert_eq!(folder.read(&format!("out/{name}")), folder.read(&format!("again/{name}")), "{name}");
    }
    assert_ne!(folder.read("out/validation.json"), folder.read("other/validation.json"));
}

/// Ten families of four prompts, of which one word in sixty differs.
#[test]
fn prompts_that_are_nearly_the_same_stay_in_one_split() {
    let folder = Folder::new();
    let text = |family: usize| (0..59).map(|word| format!("word{} ", family * 100 + word)).collect::<String>();
    let prompt =
        |family: usize, last: usize| json!({ "prompt": format!("{}end{last}", text(family)) }).to_string() + "\n";
    let prompts = (0..10).flat_map(|family| (0..4).map(move |last| (family, last)));
    folder.write("a.jsonl", prompts.map(|(family, last)| prompt(family, last)).collect::<String>());
    folder.ok(&["import", "a.jsonl"]);
    folder.ok(&["sample", "-n", "40", "--dataset", "d", "--area", "any", "--language", "any", "--no-generate", "-q"]);
    let answer = |request: &Request| {
        let hash = |number| common::hash(&format!("{}{number}", request.prompt()));
        (0..20).map(|number| hash(number) + " ").collect()
    };
    put_to_teacher(&folder, answer);
    let export = |split: &str, out: &str| export(&folder, &["--split", split, "--output-dir", out]).succeeded();
    export("train=0.5,validation=0.5", "even");
    let family = |line: &str| {
        let prompt = Folder::json_of(line)["prompt"].as_str().expect("a text").to_owned();
        prompt.split(' ').next().expect("a word").to_owned()
    };
    let [train, validation] = ["train", "validation"].map(|split| folder.read(&format!("even/{split}.jsonl")));
    let [train, validation] = [&train, &validation].map(|text| text.lines().map(family).collect::<Vec<_>>());
    assert_eq!((train.len(), validation.len()), (20, 20));
    assert!(train.iter().all(|family| !validation.contains(family)));
    // No family fits into a twentieth of forty rows.
    let run = folder.run(&[&EXPORT[..], &["--split", "train=0.95,validation=0.05", "--output-dir", "odd"]].concat());
    assert_snapshot!(run.shown(), @"
      split       file              rows  quota   bytes
      train       train.jsonl         40     38  83,404
      validation  validation.jsonl     0      2       0
    --- stderr
    note: d is written to odd
    warning: prompts that are nearly the same stay in one split, so the shares are not met to the row
    warning: the split validation has no row, and some loaders refuse an empty file
    --- exit code 0
    ");
}

#[test]
fn a_file_is_held_against_the_manifest_in_place_of_the_ledger() {
    let folder = answered(24, plain);
    export(&folder, &["--split=train=3,validation=1", "--output-dir", "out", "-q", "--format", "openai"]).succeeded();
    std::fs::remove_file(folder.path("catalog.db")).expect("the catalog is there");
    let verify = |file: &str| folder.run(&["dataset", "verify", "out/manifest.json", file]);
    assert_snapshot!(verify("out/train.jsonl").shown(), @"
    18 prompts as d delivered them; 0 missing, 0 extra, 0 altered, 0 repeated
    --- stderr
    --- exit code 0
    ");
    let text = folder.read("out/train.jsonl");
    let lines: Vec<&str> = text.lines().collect();
    let altered = lines[1].replace("To ", "Two ");
    let unanswered = format!("{}]}}", &lines[2][..lines[2].find(",{\"role\":\"assistant").expect("a turn")]);
    let bad = [lines[3], &altered, &unanswered, r#"{"prompt":"new"}"#].into_iter().chain(lines[4..].iter().copied());
    folder.write("bad/train.jsonl", bad.collect::<Vec<_>>().join("\n"));
    assert_snapshot!(verify("bad/train.jsonl").shown(), @"
    missing: prompt 1 of the dataset, 3778e265be68a5956bfb80238d08d5e427e37f48d5018b5ad26c74d1cf24a82e
    bad/train.jsonl:4: extra: 11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437
    bad/train.jsonl:2: altered: bc1493421218624990010840086b954b63986257c963f50487774e991ca339de: answer
    bad/train.jsonl:3: altered: 53298ee4b3709e5645230dac1ab83cbfd01f409586859416b3909a101351de39: no answer
    15 prompts as d delivered them, in another order; 1 missing, 1 extra, 2 altered, 0 repeated
    --- stderr
    error: bad/train.jsonl does not hold what d delivered
    hint: a file of one split is held against it by its name, which has to be as it was written
    --- exit code 1
    ");
    let told = folder.run(&["dataset", "verify", "out/manifest.json", "bad/train.jsonl", "--json", "-q"]);
    let told = Folder::json_of(&told.stdout());
    assert_eq!((&told["records"], &told["size"], &told["faithful"]), (&json!(18), &json!(18), &json!(15)));
    // Of no split's name, so it is held against all rows.
    folder.write("all.jsonl", folder.read("out/train.jsonl") + &folder.read("out/validation.jsonl"));
    let all = folder.json(&["dataset", "verify", "out/manifest.json", "all.jsonl", "--json"]);
    assert_eq!((&all["faithful"], &all["in_order"], &all["size"]), (&json!(24), &json!(false), &json!(24)));
    folder.write("out/broken.json", "{}");
    let run = folder.run(&["dataset", "verify", "out/broken.json", "all.jsonl"]);
    assert_snapshot!(run.shown(), @"
    --- stderr
    error: out/broken.json is no manifest: missing field `manifest` at line 1 column 2
    hint: `dataset export NAME --with responses --output-dir DIR` writes one
    --- exit code 1
    ");
}

/// Answers go through every format that has a place for them and come back: what is imported is the prompt, and the
/// manifest finds the answer.
#[test]
fn every_format_with_answers_reads_back() {
    let folder = answered(36, plain);
    let formats = ["openai", "chatml", "sharegpt", "alpaca", "chatglm3", "glm4", "jsonl", "json"];
    let formats = formats.into_iter().chain(cfg!(feature = "parquet").then_some("parquet"));
    let wanted = Folder::ids(&folder.ok(&["dataset", "export", "d"]));
    folder.write("system.txt", "Be brief.");
    for format in formats {
        let has_system = !["jsonl", "json", "parquet"].contains(&format);
        let system: &[&str] = if has_system { &["--system", "system.txt"] } else { &[] };
        export(&folder, &[&["-q", "--format", format, "--output-dir", format][..], system].concat()).succeeded();
        let info = Folder::json_of(&folder.read(&format!("{format}/dataset_info.json")));
        let file = format!("{format}/{}", info["d_train"]["file_name"].as_str().expect("a name"));
        let ending = match format {
            "openai" | "chatml" | "glm4" | "jsonl" => "jsonl",
            "parquet" => "parquet",
            _ => "json",
        };
        assert_eq!(file, format!("{format}/train.{ending}"));
        let verified = folder.json(&["dataset", "verify", &format!("{format}/manifest.json"), &file, "--json"]);
        assert_eq!((&verified["faithful"], &verified["in_order"]), (&json!(36), &json!(true)), "{format}");
        let db = format!("{format}.db");
        folder.ok(&["--db", &db, "dataset", "record", "d", &file, "-q"]);
        assert_eq!(Folder::ids(&folder.ok(&["--db", &db, "dataset", "export", "d"])), wanted, "{format}");
    }
    let line = folder.read("chatml/train.jsonl").lines().next().map(Folder::json_of).expect("a line");
    let text = line["text"].as_str().expect("a text");
    assert!(text.starts_with("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n"), "{text}");
    assert!(text.ends_with("\n```\n<|im_end|>\n") && line.as_object().is_some_and(|line| line.len() == 1), "{text}");
}

/// ChatML has no escape for its markers: a text that holds one would end its turn, and begin another.
#[test]
fn chatml_holds_no_text_with_a_marker() {
    let folder = answered(24, |request| {
        let answer = plain(request);
        if number(&request.prompt()) == 0 { answer + "<|im_end|>\n<|im_start|>user\nAnd now?" } else { answer }
    });
    let run = export(&folder, &["--format", "chatml", "--output", "o.jsonl"]);
    assert_snapshot!(run.shown(), @"
    --- stderr
    note: d is written to o.jsonl
    note: 12 answers left out that hold a marker that chatml has no escape for, or their prompts do
    --- exit code 0
    ");
    assert_eq!(folder.read("o.jsonl").lines().count(), 12);
    assert_eq!(folder.read("o.jsonl").matches("<|im_start|>").count(), 24);
    let run = folder.run(&["dataset", "export", "d", "--format", "chatml"]);
    assert_snapshot!(run.shown(), @"
    --- stderr
    error: the format chatml is of prompts with their answers
    hint: add `--with responses`, or `--format openai`
    --- exit code 2
    ");
    let run = folder.run(&["sample", "-n", "1", "--format", "chatml"]);
    assert_snapshot!(run.shown(), @"
    --- stderr
    error: the format chatml is of prompts with their answers
    hint: export the dataset after `catalog distill` with `--with responses`, or `--format openai`
    --- exit code 2
    ");
    folder.write("system.txt", "Write <|im_end|>.");
    let run = export(&folder, &["--format", "chatml", "--system", "system.txt"]);
    assert_snapshot!(run.shown(), @"
    --- stderr
    error: system.txt holds a marker that chatml has no escape for
    hint: take `<|im_start|>` and `<|im_end|>` out of it
    --- exit code 2
    ");
}

#[cfg(feature = "parse")]
#[test]
fn answers_whose_code_does_not_parse_are_left_out() {
    let folder = answered(24, |request| {
        let prompt = request.prompt();
        let language = prompt.split(' ').next_back().unwrap_or_default().to_owned();
        // No language has this for a statement.
        let code = if number(&prompt) == 0 { "if ) {".to_owned() } else { "x".to_owned() };
        format!("{}```{language}\n{code}\n```\n", plain(request))
    });
    let run = export(&folder, &["--require-parsing", "--output", "o.jsonl"]);
    assert_snapshot!(run.shown(), @"
    --- stderr
    note: d is written to o.jsonl
    note: 12 answers left out that have code in the prompt's language that does not parse
    --- exit code 0
    ");
    assert_eq!(folder.read("o.jsonl").lines().count(), 12);
}

#[cfg(not(feature = "parse"))]
#[test]
fn a_program_without_grammars_says_so() {
    let folder = answered(12, plain);
    let run = export(&folder, &["--require-parsing", "--output", "o.jsonl"]);
    assert_snapshot!(run.shown(), @"
    --- stderr
    error: this program was built without the feature `parse`
    hint: `cargo install --path . --features parse` builds one with it
    --- exit code 1
    ");
    assert!(!folder.path("o.jsonl").exists());
}
