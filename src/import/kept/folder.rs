//! The folder of files that were handed in: each with what is known of it beside it, all of them their owner's alone.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::record::Record;
use crate::import::rejected::Form;

/// Where they are.
#[derive(Debug, Clone)]
pub(super) struct Folder(PathBuf);

/// How the name of a file ends that is still arriving.
const ARRIVING: &str = "part";

impl Folder {
    /// Opens the folder, or makes it. What an earlier process left half written is removed.
    pub(super) fn open(data: &Path) -> io::Result<(Self, Vec<Record>)> {
        let folder = Self(data.join("imports"));
        DirBuilder::new().recursive(true).mode(0o700).create(&folder.0)?;
        let records = folder.records()?;
        for entry in fs::read_dir(&folder.0)? {
            let path = entry?.path();
            let stem = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.split('.').next());
            let known = stem.is_some_and(|stem| records.iter().any(|it| it.id.to_string() == stem));
            let whole = path.extension().is_some_and(|it| it != ARRIVING && it != "new");
            if !(known && whole) {
                fs::remove_file(&path)?;
            }
        }
        Ok((folder, records))
    }

    fn records(&self) -> io::Result<Vec<Record>> {
        let mut records = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let path = entry?.path();
            if path.extension().is_some_and(|it| it == "json") {
                // One that does not read says nothing about its file, which goes with it.
                records.extend(serde_json::from_slice::<Record>(&fs::read(&path)?).ok());
            }
        }
        Ok(records)
    }

    /// The folder itself: for what does not fit into memory.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// The file that was handed in.
    pub(super) fn handed_in(&self, id: Uuid) -> PathBuf {
        self.0.join(format!("{id}.file"))
    }

    /// Where it arrives.
    pub(super) fn arriving(&self, id: Uuid) -> PathBuf {
        self.0.join(format!("{id}.{ARRIVING}"))
    }

    /// The rows that did not go in.
    pub(super) fn rejected(&self, id: Uuid, form: Form) -> PathBuf {
        self.0.join(format!("{id}.{}", form.ending()))
    }

    /// A new file that only its owner can read.
    pub(super) fn make(path: &Path) -> io::Result<File> {
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
    }

    /// Writes down what is known. A record is there whole, as it was or as it is.
    pub(super) fn save(&self, record: &Record) -> io::Result<()> {
        let (path, new) = (self.0.join(format!("{}.json", record.id)), self.0.join(format!("{}.new", record.id)));
        let text = serde_json::to_vec(record)?;
        drop(fs::remove_file(&new));
        let mut file = Self::make(&new)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&new, &path)
    }

    /// Removes the file itself.
    pub(super) fn remove_file(&self, id: Uuid) -> io::Result<()> {
        gone(fs::remove_file(self.handed_in(id)))
    }

    /// Removes the rejected rows.
    pub(super) fn remove_rejected(&self, id: Uuid) -> io::Result<()> {
        gone(fs::remove_file(self.rejected(id, Form::Csv)))?;
        gone(fs::remove_file(self.rejected(id, Form::Xlsx)))
    }

    /// Removes all that is known.
    pub(super) fn forget(&self, id: Uuid) -> io::Result<()> {
        self.remove_file(id)?;
        self.remove_rejected(id)?;
        gone(fs::remove_file(self.0.join(format!("{id}.json"))))
    }
}

/// What is not there need not be removed.
fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
