//! Threads that ask, so that one thread can count.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::{Client, Fault, Question, Reply};
use crate::domain::teacher::Teacher;

/// The memory of a thread: it holds one request and one answer, and those are on the heap.
const STACK_BYTES: usize = 512 << 10;

/// A question to be asked.
pub(crate) struct Job {
    /// What the answer comes back under.
    pub id: u64,
    /// Which of the teachers is asked.
    pub teacher: usize,
    pub prompt: String,
    pub max_tokens: u64,
}

/// What came of it.
pub(crate) struct Done {
    pub id: u64,
    pub result: Result<Reply, Fault>,
    pub took: Duration,
}

/// Does some work beside threads that ask the questions that it sends, and send back what comes of them.
pub(crate) fn with_workers<T>(
    teachers: &[(Client, Teacher)],
    threads: usize,
    work: impl FnOnce(&Sender<Job>, &Receiver<Done>) -> T,
) -> std::io::Result<T> {
    let (jobs, waiting) = mpsc::channel::<Job>();
    let (finished, done) = mpsc::channel();
    let waiting = Mutex::new(waiting);
    thread::scope(|scope| {
        for number in 0..threads {
            let (waiting, finished) = (&waiting, finished.clone());
            let name = format!("teacher-{number}");
            let asking = move || {
                // The lock is held while a job is waited for, and let go before it is done.
                let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
                while let Ok(job) = next() {
                    let (client, teacher) = &teachers[job.teacher];
                    let begun = Instant::now();
                    let question = Question { teacher, prompt: &job.prompt, max_tokens: job.max_tokens };
                    let result = client.ask(&question);
                    if finished.send(Done { id: job.id, result, took: begun.elapsed() }).is_err() {
                        break;
                    }
                }
            };
            thread::Builder::new().name(name).stack_size(STACK_BYTES).spawn_scoped(scope, asking)?;
        }
        drop(finished);
        let value = work(&jobs, &done);
        // Without anyone to send more jobs the threads end.
        drop(jobs);
        Ok(value)
    })
}
