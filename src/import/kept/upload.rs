//! How a file arrives: piece by piece into a file that only its owner can read, and looked at before anybody is told
//! that it was taken.

use std::io;
use std::path::PathBuf;
use std::sync::PoisonError;

use events::id::StaffId;
use tokio::io::AsyncWriteExt;
use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;

use super::folder::Folder;
use super::record::{Asked, Record, State};
use super::{ARRIVING_OF_ONE, Held, Imports, KeptError, OF_ONE, ROOM, Shown};
use crate::access::Caller;
use crate::import::file::{Book, FileError};
use crate::import::header::Header;
use crate::import::list::Heading;

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum HandIn {
    /// What is wrong with it at first sight.
    #[error(transparent)]
    File(#[from] FileError),
    /// It can't be kept here.
    #[error(transparent)]
    Kept(#[from] KeptError),
}

/// A file that is arriving. Dropped before it is handed in, it is gone.
#[derive(Debug)]
pub struct Upload {
    id: Uuid,
    path: PathBuf,
    file: tokio::fs::File,
    _turn: OwnedSemaphorePermit,
    _sender: Sender,
}

/// Somebody whose file is on its way.
#[derive(Debug)]
struct Sender(Imports, StaffId);

impl Drop for Sender {
    fn drop(&mut self) {
        let mut senders = self.0.0.senders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = senders.iter().position(|it| *it == self.1) {
            senders.swap_remove(at);
        }
    }
}

impl Upload {
    /// The next piece of it.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // Under this name only what never became an import is left.
        drop(std::fs::remove_file(&self.path));
    }
}

impl Imports {
    /// Makes room for a file of a caller. `id` is random.
    pub fn receive(&self, id: Uuid, caller: &Caller) -> Result<Upload, KeptError> {
        self.sweep(self.0.desk.now());
        let all = self.held();
        let kept = || all.values().filter(|it| it.record.has_file || it.record.has_rejected);
        if kept().filter(|it| it.record.is_of(caller)).count() >= OF_ONE {
            return Err(KeptError::TooMany);
        }
        if kept().map(|it| it.record.bytes).sum::<u64>() >= ROOM {
            return Err(KeptError::NoRoom);
        }
        drop(all);
        let sender = self.sender(caller.staff)?;
        let turn = self.0.arriving.clone().try_acquire_owned().map_err(|_| KeptError::NoRoom)?;
        let path = self.0.folder.arriving(id);
        let file = Folder::make(&path)?;
        Ok(Upload { id, path, file: tokio::fs::File::from_std(file), _turn: turn, _sender: sender })
    }

    /// A place for somebody's file, unless they have theirs: whoever sends slowly keeps nobody else out.
    fn sender(&self, staff: StaffId) -> Result<Sender, KeptError> {
        let mut senders = self.0.senders.lock().unwrap_or_else(PoisonError::into_inner);
        if senders.iter().filter(|it| **it == staff).count() >= ARRIVING_OF_ONE {
            return Err(KeptError::Arriving);
        }
        senders.push(staff);
        drop(senders);
        Ok(Sender(self.clone(), staff))
    }

    /// Takes a file that has arrived, unless it can't be what it should be, and begins to judge it.
    pub async fn hand_in(&self, mut upload: Upload, asked: Asked, caller: &Caller) -> Result<Shown, HandIn> {
        upload.file.flush().await.map_err(KeptError::Disk)?;
        let (path, seen) = (upload.path.clone(), asked.clone());
        let looking = tokio::task::spawn_blocking(move || {
            let book = Book::open(&path)?;
            first_sight(&book, &seen)?;
            Ok::<_, FileError>(book)
        });
        let broken = |_| KeptError::Disk(io::Error::other("looking at a file broke off"));
        let book = looking.await.map_err(broken)??;
        let record = Record {
            id: upload.id,
            asked,
            staff: caller.staff,
            scope: caller.scope.clone(),
            handed_in_at: self.0.desk.now(),
            bytes: book.bytes,
            file: book.describe().to_owned(),
            workbook: book.is_workbook(),
            state: State::Judged,
            batch: None,
            judged: None,
            recorded: None,
            undone: None,
            fault: None,
            has_file: true,
            has_rejected: false,
        };
        self.0.folder.save(&record).map_err(KeptError::Disk)?;
        std::fs::rename(&upload.path, self.0.folder.handed_in(upload.id)).map_err(KeptError::Disk)?;
        self.held().insert(record.id, Held::of(record));
        Ok(self.judge(upload.id, caller)?)
    }
}

/// What is wrong with a file as far as its heading and its first row tell.
fn first_sight(book: &Book, asked: &Asked) -> Result<(), FileError> {
    let mut rows = 0;
    let looked = book.each_row::<Look>(|row, _| {
        rows += 1;
        if rows > 1 {
            return Err(Look::Enough);
        }
        match asked {
            Asked::Households { .. } => drop(Header::read(&row)?),
            Asked::List { .. } => {
                let _: Heading = Heading::read(&row)?;
            }
        }
        Ok(())
    });
    match (looked, rows) {
        (Err(Look::File(error)), _) => Err(error),
        (Ok(()), 0) => Err(FileError::Empty),
        (Ok(()), 1) => Err(FileError::HeadingOnly),
        (Ok(()) | Err(Look::Enough), _) => Ok(()),
    }
}

enum Look {
    Enough,
    File(FileError),
}

impl From<FileError> for Look {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}
