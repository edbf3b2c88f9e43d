//! What can be typed.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use prompt_catalog::Error;
use prompt_catalog::app::Catalog;
use prompt_catalog::app::catalog::Begin;
use prompt_catalog::app::templates::load_templates;
use prompt_catalog::domain::taxonomy::Taxonomy;
use prompt_catalog::domain::template::Template;

use crate::error::Failure;
use crate::{backup, dataset, generate, import, label, remove, report, sample, search, show, system_prompt, templates};

/// Keep the prompts you train on: each once, sampled to a target, never drawn twice
#[derive(Debug, Parser)]
#[command(name = "catalog", version, max_term_width = 100, help_expected = true, propagate_version = true)]
#[command(after_help = "Example:\n  catalog import prompts/ && catalog sample --count 100 --output batch.jsonl")]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub struct Global {
    /// The catalog's file; commands that write make it on first use
    #[arg(long, global = true, value_name = "PATH", env = "CATALOG_DB", default_value = "catalog.db")]
    pub db: PathBuf,
    /// A file of areas, categories, languages and default targets in place of the program's own
    #[arg(long, global = true, value_name = "FILE", env = "CATALOG_TAXONOMY")]
    pub taxonomy: Option<PathBuf>,
    /// A folder of templates that add to the program's own, or take their place by name
    #[arg(long, global = true, value_name = "DIR", env = "CATALOG_TEMPLATES")]
    pub templates: Option<PathBuf>,
    /// Print one JSON value in place of text
    #[arg(long, global = true)]
    pub json: bool,
    /// Print no notes and no progress
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Import(import::ImportArgs),
    Generate(generate::GenerateArgs),
    Sample(sample::SampleArgs),
    Dataset(dataset::DatasetArgs),
    #[cfg(feature = "distill")]
    Distill(Box<crate::distill::DistillArgs>),
    Show(show::ShowArgs),
    Search(search::SearchArgs),
    Label(label::LabelArgs),
    Remove(remove::RemoveArgs),
    Report(report::ReportArgs),
    Templates(templates::TemplatesArgs),
    SystemPrompt(system_prompt::SystemPromptArgs),
    /// Verify the whole catalog: every hash, count, reference and dataset
    #[command(after_help = "Example:\n  catalog check")]
    Check,
    Backup(backup::BackupArgs),
}

impl Global {
    /// Opens the catalog to read it.
    pub fn read(&self) -> Result<Catalog, Failure> {
        Ok(Catalog::open_to_read(&self.db, self.load_taxonomy()?)?)
    }

    /// Opens the catalog to write to it.
    pub fn write(&self) -> Result<Catalog, Failure> {
        Ok(Catalog::open(&self.db, self.load_taxonomy()?)?)
    }

    /// Opens the catalog, or makes one.
    pub fn write_or_create(&self, begin: Begin) -> Result<Catalog, Failure> {
        Ok(Catalog::open_or_create(&self.db, begin, self.load_taxonomy()?)?)
    }

    /// Reads the templates.
    pub fn load_templates(&self, taxonomy: &Taxonomy) -> Result<Vec<Template>, Failure> {
        Ok(load_templates(self.templates.as_deref(), taxonomy)?)
    }

    /// Reads the taxonomy.
    pub fn load_taxonomy(&self) -> Result<Taxonomy, Failure> {
        let text = match &self.taxonomy {
            Some(path) => read_text(path)?,
            None => prompt_catalog::assets::TAXONOMY.to_owned(),
        };
        Ok(Taxonomy::parse(&text).map_err(Error::from)?)
    }
}

/// Refuses a file to be written that is the catalog, one of the files beside it, or a file that is read.
pub fn check_target(target: &Path, db: &Path, inputs: &[PathBuf]) -> Result<(), Failure> {
    let real = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let named = || Some(std::fs::canonicalize(folder).ok()?.join(path.file_name()?));
        std::fs::canonicalize(path).ok().or_else(named)
    };
    let beside =
        |ending: &str| db.with_file_name(format!("{}{ending}", db.file_name().unwrap_or_default().to_string_lossy()));
    let catalog = ["", "-wal", "-shm", "-journal"].map(beside);
    let target_is = |path: &PathBuf| real(path).is_some_and(|path| Some(path) == real(target));
    if catalog.iter().any(target_is) {
        return Err(
            Failure::usage(format!("{} is the catalog's own file", target.display())).hinted("name another file")
        );
    }
    if inputs.iter().any(target_is) {
        return Err(Failure::usage(format!("{} is a file to be read", target.display())).hinted("name another file"));
    }
    Ok(())
}

/// Reads a small file of text.
pub fn read_text(path: &Path) -> Result<String, Failure> {
    let failed = |source| Error::Io { doing: "read", path: path.to_owned(), source };
    Ok(std::fs::read_to_string(path).map_err(failed)?)
}
