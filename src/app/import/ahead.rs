//! Small files, read ahead: what each of thousands costs the system is waited for in a thread of its own.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender};
use std::vec::IntoIter;

use crate::source::walk::Input;

/// Up to how many bytes a file is small.
const SMALL_BYTES: u64 = 64 << 10;

/// How many files are handed over at once.
const FILES_AT_ONCE: usize = 32;

/// How often that may be done before somebody takes them.
pub(super) const WAITING: usize = 4;

/// What reading ahead came to, of one file.
pub(super) enum Ahead {
    /// All of it, or why it cannot be had.
    Whole(io::Result<Vec<u8>>),
    /// It is not small, or no plain file: whoever wants it opens it.
    Later,
}

/// Reads the small ones among files, and hands over what came of each, in order, until nobody takes it.
pub(super) fn read_ahead(inputs: &[Input], sender: &SyncSender<Vec<Ahead>>) {
    let paths = inputs.iter().filter_map(|input| match input {
        Input::File(path, _) => Some(path.as_path()),
        Input::Stdin | Input::Shipped(..) => None,
    });
    let mut some = Vec::new();
    for path in paths {
        some.push(whole(path).transpose().map_or(Ahead::Later, Ahead::Whole));
        if some.len() == FILES_AT_ONCE && sender.send(std::mem::take(&mut some)).is_err() {
            return;
        }
    }
    // Where nobody takes the last of them, nobody wants them.
    let _ = sender.send(some);
}

/// Reads a file, if it is a small one. A pipe is not so much as opened: that could take for ever.
fn whole(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let metadata = path.metadata()?;
    if !metadata.is_file() || metadata.len() > SMALL_BYTES {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
    File::open(path)?.take(SMALL_BYTES + 1).read_to_end(&mut bytes)?;
    // It may have grown since.
    Ok(Some(bytes).filter(|bytes| bytes.len() as u64 <= SMALL_BYTES))
}

/// What [`read_ahead`] hands over, file by file.
pub(super) struct FilesAhead {
    receiver: Receiver<Vec<Ahead>>,
    some: IntoIter<Ahead>,
}

impl FilesAhead {
    pub fn new(receiver: Receiver<Vec<Ahead>>) -> Self {
        Self { receiver, some: Vec::new().into_iter() }
    }

    /// Returns what came of the next file.
    pub fn next(&mut self) -> Ahead {
        loop {
            if let Some(ahead) = self.some.next() {
                return ahead;
            }
            match self.receiver.recv() {
                Ok(some) => self.some = some.into_iter(),
                Err(_) => return Ahead::Later,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    #[test]
    fn every_file_is_told_of_in_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let mut inputs =
            vec![Input::Stdin, Input::File(path("missing"), true), Input::File(folder.path().into(), true)];
        for number in 0..100 {
            fs::write(path(&number.to_string()), number.to_string()).expect("a file");
            inputs.push(Input::File(path(&number.to_string()), false));
        }
        fs::write(path("small"), vec![b'x'; SMALL_BYTES as usize]).expect("a file");
        fs::write(path("large"), vec![b'x'; SMALL_BYTES as usize + 1]).expect("a file");
        inputs.extend([Input::File(path("small"), false), Input::File(path("large"), false)]);

        let (sender, receiver) = mpsc::sync_channel(WAITING);
        thread::scope(|scope| {
            scope.spawn(|| read_ahead(&inputs, &sender));
            let mut files = FilesAhead::new(receiver);
            assert!(matches!(files.next(), Ahead::Whole(Err(error)) if error.kind() == io::ErrorKind::NotFound));
            assert!(matches!(files.next(), Ahead::Later), "a folder");
            for number in 0..100 {
                assert!(matches!(files.next(), Ahead::Whole(Ok(bytes)) if bytes == number.to_string().as_bytes()));
            }
            assert!(matches!(files.next(), Ahead::Whole(Ok(bytes)) if bytes.len() as u64 == SMALL_BYTES));
            assert!(matches!(files.next(), Ahead::Later), "a large one");
        });
    }
}
