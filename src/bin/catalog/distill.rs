//! `catalog distill`.

mod batch;
mod training;

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use prompt_catalog::Error;
use prompt_catalog::app::Catalog;
use prompt_catalog::app::catalog::Begin;
use prompt_catalog::app::distill::{
    DistillOutcome, DistillRequest, Estimate, Stopped, TeacherRequest, distill, estimate, estimate_sample,
};
use prompt_catalog::app::export::ExportFormat;
use prompt_catalog::app::report::{Value, counted, grouped};
use prompt_catalog::app::sample::{SampleRequest, new_seed, sample};
use prompt_catalog::domain::estimate::{Range, TeacherEstimate};
use prompt_catalog::domain::money::Money;
use prompt_catalog::domain::price::{Price, PriceTable, Tokens};
use prompt_catalog::domain::target::{Decimal, TargetSpec};
use prompt_catalog::domain::teacher::{Ending, Provider};
use prompt_catalog::teacher::{Endpoint, Key};

use crate::args::{Global, read_text};
use crate::error::Failure;
use crate::output::{Output, table};
use crate::reading::stop_flag;
use crate::sample::warn;

/// What is said once of the teachers' terms.
const TERMS: &str = "most vendors restrict training models that compete with theirs on their models' answers; \
                     whether you may is for you to know (`--terms TEXT` records what you rely on)";

/// Put a dataset's prompts to a teacher model, and keep every answer
///
/// The price is told before the first question; the same question is never paid twice, and the same command again goes
/// on where it stopped. Keys come from ANTHROPIC_API_KEY, OPENAI_API_KEY, or CATALOG_API_KEY for other servers.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  catalog distill sample-1 --provider anthropic --model claude-haiku-4-5 --max-cost 5\n  \
                  catalog distill sample-1 --provider openai-compatible --base-url http://localhost:8000/v1 \\\n    \
                  --model qwen3 --price-in 0 --price-out 0\n  \
                  catalog distill --count 1000 --provider openai --model gpt-5-mini --output train.jsonl --format openai"
)]
pub struct DistillArgs {
    /// The dataset's name
    #[arg(required_unless_present_any = ["resume", "count"])]
    dataset: Option<String>,
    /// Draw a new dataset of so many prompts first, as `sample` does
    #[arg(long, short = 'n', value_name = "N", conflicts_with_all = ["dataset", "resume"], value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    count: Option<u64>,
    /// A TOML file of the targets of that dataset: a table an axis, and existing_weight
    #[arg(long, value_name = "FILE", requires = "count")]
    targets: Option<PathBuf>,
    /// Whose interface the teacher has: anthropic, openai or openai-compatible
    #[arg(long, value_name = "PROVIDER", required_unless_present_any = ["teacher", "resume"], requires = "model")]
    provider: Option<Provider>,
    /// The teacher's model
    #[arg(long, value_name = "MODEL", required_unless_present_any = ["teacher", "resume"], requires = "provider")]
    model: Option<String>,
    /// The server, in place of the provider's own
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// A teacher and its share of every cell, as `provider:model=SHARE` or `provider:model@URL=SHARE` (can be repeated)
    #[arg(long, value_name = "SPEC=SHARE", value_parser = teacher, conflicts_with_all = ["provider", "model", "base_url"])]
    teacher: Vec<Spec>,
    /// Write the training file when every prompt is answered, as `dataset export --with responses` does
    #[arg(long, short, value_name = "FILE", conflicts_with_all = ["resume", "estimate"])]
    output: Option<PathBuf>,
    /// Its format: jsonl, json, parquet, openai, chatml, sharegpt, alpaca, chatglm3 or glm4 [default: by the file's ending, else jsonl]
    #[arg(long, value_name = "FORMAT", requires = "output")]
    format: Option<ExportFormat>,
    /// A file with the system prompt, or `default`
    #[arg(long, value_name = "FILE")]
    system: Option<PathBuf>,
    /// The temperature; none is sent where none is given, since some models refuse it
    #[arg(long, value_name = "T")]
    temperature: Option<Decimal>,
    /// The longest answer, in tokens
    #[arg(long, value_name = "N", default_value_t = 4096, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    max_tokens: u64,
    /// How many questions may be open at once
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=1024))]
    concurrency: u64,
    /// How often a question is asked again that failed
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u32).range(0..=100))]
    retries: u32,
    /// Hand the questions over in batches: half the price, answered within a day
    #[arg(long)]
    batch: bool,
    /// Take in the answers of every batch that is open, whoever handed it over, and ask nothing
    #[arg(long, conflicts_with_all = ["dataset", "provider", "model", "teacher", "batch", "estimate"])]
    resume: bool,
    /// How often to look after open batches, in seconds; 0 looks once
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(0..=86_400))]
    poll: u64,
    /// Tell what it will cost, and ask nothing
    #[arg(long)]
    estimate: bool,
    /// Stop before all runs of this together could cost more, in USD
    #[arg(long, value_name = "USD")]
    max_cost: Option<Money>,
    /// Ask before work whose estimate goes over this, in USD
    #[arg(long, value_name = "USD", default_value = "10")]
    confirm_above: Money,
    /// A table of prices in place of the program's own
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
    /// What a million tokens of questions cost, in USD, for a model that the table does not name
    #[arg(long, value_name = "USD", requires = "price_out")]
    price_in: Option<Money>,
    /// What a million tokens of answers cost, in USD
    #[arg(long, value_name = "USD", requires = "price_in")]
    price_out: Option<Money>,
    /// What you declare of the teacher's terms; kept with the run, and exported
    #[arg(long, value_name = "TEXT")]
    terms: Option<String>,
    /// Let plain http go to another machine
    #[arg(long)]
    insecure: bool,
}

/// A teacher as it is typed.
#[derive(Clone, Debug)]
struct Spec {
    provider: Provider,
    model: String,
    base_url: Option<String>,
    share: Decimal,
}

fn teacher(text: &str) -> Result<Spec, String> {
    let wrong = || format!("write `provider:model=SHARE` or `provider:model@URL=SHARE`, not `{text}`");
    let (spec, share) = text.rsplit_once('=').ok_or_else(wrong)?;
    let (provider, model) = spec.split_once(':').ok_or_else(wrong)?;
    let (model, base_url) = match model.split_once('@') {
        Some((model, url)) => (model, Some(url.to_owned())),
        None => (model, None),
    };
    if model.is_empty() {
        return Err(wrong());
    }
    let share = share.parse().map_err(|error: prompt_catalog::domain::target::TargetError| error.to_string())?;
    Ok(Spec { provider: provider.parse()?, model: model.to_owned(), base_url, share })
}

pub fn run(args: &DistillArgs, global: &Global, output: &Output) -> Result<ExitCode, Failure> {
    if args.resume {
        return batch::resume(args, global, output);
    }
    let request = request(args)?;
    let file = training::file(args, global)?;
    let (dataset, ended) = match args.count {
        None => {
            let told = estimate(&global.read()?, &request)?;
            if !agreed(args, &told, output)? {
                return Ok(ExitCode::SUCCESS);
            }
            let mut catalog = global.write()?;
            let ended = put(args, &request, &told, &mut catalog, output)?;
            (request.dataset, ended)
        }
        Some(count) => {
            let taxonomy = global.load_taxonomy()?;
            let templates = global.load_templates(&taxonomy)?;
            let targets = match &args.targets {
                Some(path) => TargetSpec::parse_file(&read_text(path)?, &taxonomy).map_err(Error::from)?,
                None => TargetSpec::default(),
            };
            let drawn = SampleRequest::new(count, targets, new_seed());
            let mut catalog = global.write_or_create(Begin::Shipped)?;
            let told = estimate_sample(&mut catalog, &templates, &drawn, &request)?;
            if !agreed(args, &told, output)? {
                return Ok(ExitCode::SUCCESS);
            }
            let drawn = sample(&mut catalog, &templates, &drawn)?;
            warn(&drawn, output);
            let dataset = drawn.dataset.map(|name| name.to_string()).unwrap_or_default();
            let request = DistillRequest { dataset, ..request };
            let ended = put(args, &request, &told, &mut catalog, output)?;
            (request.dataset, ended)
        }
    };
    if let Some(file) = file {
        training::write(&global.read()?, &dataset, &file, output)?;
    }
    Ok(ended)
}

/// Tells the price, and whether the work is to be done: with `--estimate` the price is all.
fn agreed(args: &DistillArgs, told: &Estimate, output: &Output) -> Result<bool, Failure> {
    if args.estimate {
        output.result(told, || estimated(told))?;
        return Ok(false);
    }
    output.status(&estimated(told));
    confirm(args, told)?;
    output.note(TERMS);
    Ok(true)
}

/// Puts a dataset to its teachers.
fn put(
    args: &DistillArgs,
    request: &DistillRequest,
    told: &Estimate,
    catalog: &mut Catalog,
    output: &Output,
) -> Result<ExitCode, Failure> {
    if args.batch {
        return batch::run(args, request, told, catalog, output);
    }
    let bar = output
        .progress("{wide_bar} {pos} of {len} answered, {msg}, {eta} left", told.prompts - told.known - told.waiting);
    let outcome = distill(catalog, request, told, &stop_flag(), &mut |progress| {
        bar.set_length(progress.total);
        bar.set_position(progress.done);
        bar.set_message(format!("{} open, {}", progress.open, progress.cost));
    });
    bar.finish_and_clear();
    let outcome = outcome?;
    output.result(&outcome, || account(&outcome))?;
    end(args, &outcome)
}

/// Returns the command to type to go on: with `--count` again it would draw another dataset, and ask for that.
fn again(args: &DistillArgs, dataset: &str, more: Option<&str>) -> String {
    let named = args.count.map(|count| format!("`{dataset}` in place of `--count {count}`"));
    let changes: Vec<String> = named.into_iter().chain(more.map(str::to_owned)).collect();
    match changes.is_empty() {
        true => "the same command again".to_owned(),
        false => format!("the same command with {}", changes.join(" and ")),
    }
}

fn request(args: &DistillArgs) -> Result<DistillRequest, Failure> {
    let one = args.provider.zip(args.model.clone());
    let one = one.map(|(provider, model)| {
        let share = "1".parse().map_err(prompt_catalog::Error::from)?;
        Ok::<_, Failure>(Spec { provider, model, base_url: args.base_url.clone(), share })
    });
    let specs = match one {
        Some(spec) => vec![spec?],
        None => args.teacher.clone(),
    };
    let prices = match &args.prices {
        Some(path) => PriceTable::parse(&read_text(path)?),
        None => PriceTable::parse(prompt_catalog::assets::PRICES),
    };
    let system = match &args.system {
        None => None,
        Some(path) if path.as_os_str() == "default" => Some(prompt_catalog::assets::SYSTEM_PROMPT.to_owned()),
        Some(path) => Some(read_text(path)?),
    };
    Ok(DistillRequest {
        dataset: args.dataset.clone().unwrap_or_default(),
        teachers: specs.into_iter().map(|spec| teacher_request(spec, args)).collect::<Result<_, _>>()?,
        system: system.map(|text| text.trim_end().to_owned()),
        temperature: args.temperature,
        max_tokens: args.max_tokens,
        concurrency: args.concurrency as usize,
        retries: args.retries,
        batch: args.batch,
        prices: prices.map_err(prompt_catalog::Error::from)?,
        other_price: args.price_in.zip(args.price_out).map(|(input, output)| Price::flat(input, output)),
        max_cost: args.max_cost,
        terms: args.terms.clone(),
    })
}

fn teacher_request(spec: Spec, args: &DistillArgs) -> Result<TeacherRequest, Failure> {
    let Spec { provider, model, base_url, share } = spec;
    if provider == Provider::OpenaiCompatible && base_url.is_none() {
        return Err(Failure::usage("an openai-compatible server has no usual address")
            .hinted("add `--base-url URL`, such as http://localhost:8000/v1"));
    }
    let key = key(provider)?;
    if key.is_none() && provider != Provider::OpenaiCompatible && !args.estimate {
        let variable = variable(provider);
        return Err(Failure::failed(format!("{provider} asks for a key, and {variable} is not set"))
            .hinted(format!("set {variable} in the environment; it is never stored")));
    }
    Ok(TeacherRequest { endpoint: Endpoint { provider, base_url, key, insecure: args.insecure }, model, share })
}

/// Returns the name of the variable that a provider's key is in.
fn variable(provider: Provider) -> &'static str {
    match provider {
        Provider::Anthropic => "ANTHROPIC_API_KEY",
        Provider::Openai => "OPENAI_API_KEY",
        Provider::OpenaiCompatible => "CATALOG_API_KEY",
    }
}

/// Reads a provider's key from the environment.
fn key(provider: Provider) -> Result<Option<Key>, prompt_catalog::Error> {
    let text = std::env::var(variable(provider)).ok().filter(|text| !text.trim().is_empty());
    Ok(text.map(|text| Key::new(&text)).transpose()?)
}

/// Asks whether work that may cost more than was said is to be done.
fn confirm(args: &DistillArgs, estimate: &Estimate) -> Result<(), Failure> {
    let high = Money(estimate.cost.high);
    if high <= args.confirm_above {
        return Ok(());
    }
    let above = args.confirm_above;
    if !io::stdin().is_terminal() {
        return Err(Failure::failed(format!("this may cost {high}, which is over {above}; nothing was asked"))
            .hinted("`--confirm-above USD` allows more, and `--max-cost USD` sets a limit that holds"));
    }
    write!(io::stderr(), "This may cost {high}. Go on? [y/N] ")?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::failed("nothing was asked")),
    }
}

fn estimated(estimate: &Estimate) -> String {
    let Estimate { dataset, prompts, known, waiting, teachers, cost, at_most, spent, prices } = estimate;
    let mut text = format!("{dataset}: {}, {} answered already\n", counted(*prompts, "prompt"), grouped(*known));
    if *waiting > 0 {
        text += &format!("{} in an open batch\n", counted(*waiting, "prompt"));
    }
    let range = |range: &Range, of: fn(u64) -> String| {
        [range.low, range.middle, range.high].map(|number| Value::Text(of(number)))
    };
    let mut rows = Vec::new();
    for teacher in teachers {
        for (what, numbers) in [
            ("tokens in", range(&teacher.input, grouped)),
            ("tokens out", range(&teacher.output, grouped)),
            ("cost", range(&teacher.cost, |nanos| Money(nanos).to_string())),
        ] {
            let [low, middle, high] = numbers;
            rows.push(vec![teacher.model.as_str().into(), teacher.questions.into(), what.into(), low, middle, high]);
        }
    }
    text += &table(&["teacher", "questions", "", "low", "middle", "high"], rows);
    let [low, middle, high] = [cost.low, cost.middle, cost.high].map(Money);
    text += &format!("{middle} expected, {low} to {high}; at most {at_most} if every answer is as long as it may be\n");
    if *spent > Money::ZERO {
        text += &format!("{spent} spent by earlier runs\n");
    }
    let those = |which: fn(&&TeacherEstimate) -> bool| -> Vec<&str> {
        teachers.iter().filter(which).map(|teacher| teacher.model.as_str()).collect()
    };
    let assumed = those(|teacher| teacher.answers == 0);
    if !assumed.is_empty() {
        text += &format!("the length of answers is assumed for {}, and will be learned\n", assumed.join(", "));
    }
    let approximate = those(|teacher| teacher.tokenizer == Tokens::Approximate);
    if !approximate.is_empty() {
        text += &format!("tokens in are counted by a rule of thumb for {}\n", approximate.join(", "));
    }
    text + &format!("prices: {prices}\n")
}

fn account(outcome: &DistillOutcome) -> String {
    let DistillOutcome { dataset, prompts, known, answered, failed, left, .. } = outcome;
    let mut text = format!(
        "{dataset}: {} of {} answered, {} of them now; {} failed, {} not asked\n",
        grouped(known + answered),
        counted(*prompts, "prompt"),
        grouped(*answered),
        grouped(*failed),
        grouped(*left),
    );
    text += &endings_and_faults(&outcome.endings, &outcome.faults);
    if outcome.waiting > 0 {
        let waiting = counted(outcome.waiting, "prompt");
        text += &format!("{waiting} in an open batch; `catalog distill --resume` takes the answers in\n");
    }
    if outcome.lost > 0 {
        let lost = counted(outcome.lost, "request");
        text += &format!("{lost} of a run that was killed may have been paid for without an answer\n");
    }
    let (input, output) = (grouped(outcome.input_tokens), grouped(outcome.output_tokens));
    text + &format!("cost: {} for {input} tokens in, {output} out; {} in all runs\n", outcome.cost, outcome.spent)
}

fn endings_and_faults(endings: &BTreeMap<Ending, u64>, faults: &BTreeMap<String, u64>) -> String {
    let word = |ending: &Ending| match ending {
        Ending::Complete => "complete",
        Ending::CutOff => "cut off",
        Ending::Refused => "refused",
        Ending::Other => "ended otherwise",
    };
    let mut text = String::new();
    let endings: Vec<String> =
        endings.iter().map(|(ending, count)| format!("{} {}", grouped(*count), word(ending))).collect();
    if !endings.is_empty() {
        text += &format!("answers: {}\n", endings.join(", "));
    }
    let faults: Vec<String> = faults.iter().map(|(code, count)| format!("{} {code}", grouped(*count))).collect();
    if !faults.is_empty() {
        text += &format!("failed requests: {}\n", faults.join(", "));
    }
    text
}

fn end(args: &DistillArgs, outcome: &DistillOutcome) -> Result<ExitCode, Failure> {
    let goes_on = |more| format!("{} goes on where this stopped", again(args, outcome.dataset.as_str(), more));
    let hint = goes_on(None);
    match &outcome.stopped {
        None if outcome.failed == 0 => Ok(ExitCode::SUCCESS),
        None => Err(Failure::failed(format!("{} got no answer", counted(outcome.failed, "prompt"))).hinted(hint)),
        Some(Stopped::Interrupted) => Err(Failure::failed("interrupted; every answer is kept").hinted(hint)),
        Some(Stopped::Budget) => {
            Err(Failure::failed("the next question could have cost more than `--max-cost` allows")
                .hinted(goes_on(Some("a larger `--max-cost`"))))
        }
        Some(Stopped::Teacher { model, message }) => {
            Err(Failure::failed(format!("{model} answers no question: {message}")).hinted(hint))
        }
    }
}
