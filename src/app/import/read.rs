//! The reading half of an import: files to normal forms and hashes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, SyncSender};
use std::thread;

use sha2::{Digest as _, Sha256};

use super::ImportRequest;
use super::ahead::{Ahead, FilesAhead, WAITING, read_ahead};
use super::prepare::Preparing;
use crate::domain::dataset::LabelChange;
use crate::domain::prompt::Axis;
use crate::domain::taxonomy::Taxonomy;
use crate::source::walk::{Input, labels_of};
use crate::source::{
    Broken, Emit, FieldMap, Format, Item, Reason, Reject, SNIFF_BYTES, decode, detect, read, read_parquet,
};
use crate::store::Incoming;

/// How much is handed to the writer at once.
const CHUNK_RECORDS: usize = 1_000;
const CHUNK_BYTES: usize = 1 << 20;

/// How much is asked of the system at once. A small file gets a small buffer: there may be thousands of them.
const BUFFER_BYTES: usize = 256 << 10;

/// One step of an import, in the order of the files.
pub(in crate::app) enum Step {
    /// A file begins: its path and format.
    Begin(String, &'static str),
    Keep(Incoming),
    Reject(Reject),
    /// All bytes of a file were read, whatever they are: its SHA-256 and size.
    End([u8; 32], u64),
}

/// Some steps, and how many bytes have been read up to their end.
#[derive(Default)]
pub(in crate::app) struct Chunk {
    pub steps: Vec<Step>,
    pub bytes: u64,
}

impl Chunk {
    /// Returns how many records it holds.
    pub fn records(&self) -> u64 {
        self.steps.iter().filter(|step| matches!(step, Step::Keep(_) | Step::Reject(_))).count() as u64
    }
}

/// What the reading came to.
#[derive(Default)]
pub(in crate::app) struct ReadOutcome {
    pub files: u64,
    pub of_unknown_format: u64,
    pub interrupted: bool,
    /// How many records have each label, of the first labels of an axis.
    pub labels: BTreeMap<Axis, BTreeMap<String, u64>>,
}

/// How much of a file is wanted.
enum Wanted {
    /// All of it, for its hash.
    All,
    /// Nothing more than was looked at.
    Nothing,
}

/// The state of the reading.
pub(super) struct Reading<'a> {
    request: &'a ImportRequest,
    taxonomy: &'a Taxonomy,
    preparing: Preparing<'a>,
    stop: &'a AtomicBool,
    sender: SyncSender<Chunk>,
    chunk: Chunk,
    chunk_bytes: usize,
    /// Bytes read of all files.
    bytes: Arc<AtomicU64>,
    left: u64,
    done: ReadOutcome,
    /// The writer is gone: what it failed of is told by it.
    closed: bool,
}

impl<'a> Reading<'a> {
    pub fn new(
        request: &'a ImportRequest,
        taxonomy: &'a Taxonomy,
        stop: &'a AtomicBool,
        sender: SyncSender<Chunk>,
    ) -> Self {
        Self {
            request,
            taxonomy,
            preparing: Preparing::new(request, taxonomy),
            stop,
            sender,
            chunk: Chunk::default(),
            chunk_bytes: 0,
            bytes: Arc::default(),
            left: request.limit.unwrap_or(u64::MAX),
            done: ReadOutcome::default(),
            closed: false,
        }
    }

    /// Reads files until there are none left, or it is stopped.
    pub fn files(&mut self, inputs: &[Input]) {
        let (sender, receiver) = mpsc::sync_channel(WAITING);
        thread::scope(|scope| {
            scope.spawn(move || read_ahead(inputs, &sender));
            self.each(inputs, FilesAhead::new(receiver));
        });
    }

    fn each(&mut self, inputs: &[Input], mut ahead: FilesAhead) {
        for input in inputs {
            if self.is_stopped() || self.left == 0 {
                return;
            }
            match input {
                Input::Stdin => self.stream(Path::new("-"), true, io::stdin().lock(), BUFFER_BYTES),
                Input::Shipped(name, text) => self.stream(Path::new(name), true, text.as_bytes(), text.len()),
                Input::File(path, named) => self.file(path, *named, ahead.next()),
            }
        }
    }

    fn file(&mut self, path: &Path, named: bool, ahead: Ahead) {
        let opened = match ahead {
            Ahead::Whole(Ok(bytes)) => return self.stream(path, named, bytes.as_slice(), bytes.len()),
            Ahead::Whole(Err(error)) => Err(error),
            Ahead::Later => open(path),
        };
        match opened {
            Ok((file, buffer)) => self.stream(path, named, file, buffer),
            Err(error) => self.unreadable(path, error.to_string()),
        }
    }

    /// Hands over what is left, and tells what the reading came to.
    pub fn end(mut self) -> ReadOutcome {
        self.hand_over();
        self.done.labels = self.preparing.into_labels();
        self.done
    }

    fn stream(&mut self, path: &Path, named: bool, input: impl Read, buffer: usize) {
        let hashed = Hashed { input, sha256: Sha256::new(), bytes: 0, failed: false, all: Arc::clone(&self.bytes) };
        let mut raw = BufReader::with_capacity(buffer, hashed);
        let wanted = self.decoded(path, named, &mut raw).unwrap_or_else(|error| {
            self.reject(Reject { line: 0, reason: Reason::Unreadable(error.to_string()), raw: vec![] });
            Wanted::All
        });
        if matches!(wanted, Wanted::Nothing) || self.closed || self.done.interrupted || self.left == 0 {
            return;
        }
        // A reader may give up before the end, as where the compression is broken; the file's hash is of all the same.
        let end = io::copy(&mut raw, &mut io::sink());
        let hashed = raw.into_inner();
        // What the system cannot give has no hash.
        if end.is_ok() && !hashed.failed {
            self.step(Step::End(hashed.sha256.finalize().into(), hashed.bytes), 0);
        }
    }

    /// Takes off what lies around the text, and reads the records, if the file is of a known format.
    fn decoded(&mut self, path: &Path, named: bool, raw: &mut dyn BufRead) -> io::Result<Wanted> {
        let mut decoded = match decode(raw) {
            Ok(decoded) => decoded,
            Err(error) => {
                self.unreadable(path, error.to_string());
                return Ok(Wanted::All);
            }
        };
        let mut begin = Vec::new();
        let sniffed = (&mut decoded.text).take(SNIFF_BYTES as u64).read_to_end(&mut begin);
        // `x.csv.gz` is of the format and the labels of `x.csv`.
        let inner = if decoded.compressed { path.with_extension("") } else { path.to_owned() };
        let Some(format) = self.request.format.or_else(|| detect(&inner, &begin)) else {
            if named {
                let why = sniffed.err().map(|error| error.to_string());
                let why = why.unwrap_or_else(|| "neither its content nor its name tells a format".to_owned());
                self.unreadable(path, why);
            } else {
                self.done.of_unknown_format += 1;
            }
            return Ok(Wanted::Nothing);
        };
        self.done.files += 1;
        self.step(Step::Begin(path.to_string_lossy().into_owned(), format.name()), 0);
        if format == Format::Parquet
            && !decoded.compressed
            && path.as_os_str() != "-"
            && path.is_file()
            && let Ok((file, _)) = open(path)
        {
            return self.take_records(&inner, |fields, emit| {
                read_parquet(file, fields, emit);
                Ok(())
            });
        }
        let mut input = Cursor::new(begin).chain(Broken(sniffed.err())).chain(decoded.text);
        self.take_records(&inner, |fields, emit| read(&mut input, format, fields, emit))
    }

    fn take_records(
        &mut self,
        path: &Path,
        read: impl FnOnce(&FieldMap, &mut Emit<'_>) -> io::Result<()>,
    ) -> io::Result<Wanted> {
        let request = self.request;
        let (category, language) = if request.labels_of_path { labels_of(path, self.taxonomy) } else { (None, None) };
        let of_path = LabelChange { category, language };
        read(&request.fields, &mut |item| {
            if self.is_stopped() || self.left == 0 {
                return ControlFlow::Break(());
            }
            match item {
                Item::Reject(reject) => self.reject(reject),
                Item::Record(record) => match self.preparing.prepare(record, &of_path) {
                    Ok(incoming) => {
                        let size = incoming.text.len() + incoming.metadata.as_ref().map_or(0, String::len);
                        self.step(Step::Keep(incoming), size);
                    }
                    Err(reject) => self.reject(reject),
                },
            }
            self.left = self.left.saturating_sub(1);
            if self.left == 0 || self.closed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        Ok(Wanted::All)
    }

    fn unreadable(&mut self, path: &Path, detail: String) {
        self.step(Step::Begin(path.to_string_lossy().into_owned(), "unreadable"), 0);
        self.reject(Reject { line: 0, reason: Reason::Unreadable(detail), raw: vec![] });
    }

    fn reject(&mut self, reject: Reject) {
        let size = reject.raw.len();
        self.step(Step::Reject(reject), size);
    }

    fn step(&mut self, step: Step, size: usize) {
        self.chunk.steps.push(step);
        self.chunk_bytes += size;
        if self.chunk.steps.len() >= CHUNK_RECORDS || self.chunk_bytes >= CHUNK_BYTES {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        let mut chunk = std::mem::take(&mut self.chunk);
        chunk.bytes = self.bytes.load(Ordering::Relaxed);
        self.chunk_bytes = 0;
        self.closed |= self.sender.send(chunk).is_err();
    }

    fn is_stopped(&mut self) -> bool {
        self.done.interrupted |= self.stop.load(Ordering::Relaxed);
        self.done.interrupted || self.closed
    }
}

/// Returns the bytes of all inputs, as far as their sizes are known.
pub(super) fn total_bytes(inputs: &[Input]) -> u64 {
    let size = |input: &Input| match input {
        Input::Stdin => 0,
        Input::Shipped(_, text) => text.len() as u64,
        Input::File(path, _) => path.metadata().map_or(0, |metadata| metadata.len()),
    };
    inputs.iter().map(size).sum()
}

/// Opens a file, and returns how large a buffer it is worth: a pipe says nothing of its size.
fn open(path: &Path) -> io::Result<(File, usize)> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    // A folder opens on some systems, and fails only when it is read.
    if metadata.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    let buffer = match metadata.is_file() {
        true => BUFFER_BYTES.min(metadata.len() as usize + 1),
        false => BUFFER_BYTES,
    };
    Ok((file, buffer))
}

/// A stream that is hashed and counted as it is read.
struct Hashed<R> {
    input: R,
    sha256: Sha256,
    bytes: u64,
    /// The system could not give some of it.
    failed: bool,
    all: Arc<AtomicU64>,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let result = self.input.read(buffer);
        self.failed |= result.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::Interrupted);
        let count = result?;
        self.sha256.update(&buffer[..count]);
        self.bytes += count as u64;
        self.all.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
