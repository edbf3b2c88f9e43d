//! `catalog dataset record`.

use std::path::PathBuf;

use clap::Args;
use prompt_catalog::app::catalog::Begin;
use prompt_catalog::app::record::{RecordOutcome, RecordRequest, record};
use prompt_catalog::app::report::counted;
use prompt_catalog::domain::dataset::DatasetName;

use crate::args::Global;
use crate::error::Failure;
use crate::output::Output;
use crate::reading::{ReadArgs, Reading, check_file, stop_flag};

/// Record a training file that exists already as a dataset, so that none of its prompts is drawn again
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  catalog dataset record march-run old/train.jsonl\n\n\
                        Its prompts are imported where they are new, and marked used. All of it is done, or nothing.")]
pub struct RecordArgs {
    /// The new dataset's name
    name: DatasetName,
    /// The file, of any format that `import` reads; `-` is the standard input
    file: PathBuf,
    #[command(flatten)]
    read: ReadArgs,
}

pub fn run(args: &RecordArgs, global: &Global, output: &Output) -> Result<(), Failure> {
    check_file(&args.file)?;
    let request = RecordRequest {
        dataset: args.name.clone(),
        file: args.file.clone(),
        format: args.read.format,
        fields: args.read.fields(),
    };
    let mut catalog = global.write_or_create(Begin::Empty)?;
    let mut reading = Reading::new(output, None, false)?;
    let outcome = record(&mut catalog, &request, &stop_flag(), &mut |event| reading.observe(&event));
    reading.end_bar();
    let outcome = outcome?;
    reading.end()?;
    output.result(&outcome, || {
        let (size, read, added) = (outcome.size, outcome.read, outcome.added);
        let (size, read) = (counted(size, "prompt"), counted(read, "record"));
        format!("{} is recorded: {size} of {read}, {} new in the catalog\n", outcome.dataset, counted(added, "prompt"))
    })?;
    warn(&outcome, output);
    Ok(())
}

fn warn(outcome: &RecordOutcome, output: &Output) {
    let records = |number| counted(number, "record");
    if outcome.repeated > 0 {
        output.warning(&format!(
            "{} with a prompt that stood before in the file; it counts once",
            records(outcome.repeated)
        ));
    }
    if outcome.used_before > 0 {
        let prompts = counted(outcome.used_before, "prompt");
        output.warning(&format!("{prompts} used before by another dataset; this is the next use of each"));
    }
    if outcome.rejected > 0 {
        output
            .warning(&format!("{} that cannot be taken, and of which nothing is recorded", records(outcome.rejected)));
    }
}
