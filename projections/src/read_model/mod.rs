//! What the doors hold: both files of the read model, kept up to date, and a way to wait for a position.

mod ask;
mod kept;
mod past;
mod readers;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use events::log::Log;
use events::recorded::Occurrence;
use events::vault::Vault;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
use utoipa::ToSchema;

use crate::error::ProjectionError;
use crate::figures::Figures;
use crate::page::AsOf;
use crate::people::{Finder, People};
use crate::projector::{self, Files, Source, Until, chain, checkpoint};
use past::Past;

pub(crate) use readers::{Readers, connect};

/// How a file is doing.
#[derive(Debug, Clone)]
pub(crate) enum FileState {
    /// It is built, or has not come to the log's end since the start.
    CatchingUp,
    /// It follows the log.
    Live,
    /// It stays where it is, because the next event can't be projected.
    Failed(ProjectionError),
    /// The process ends.
    Stopped,
}

/// How far the read model has come, for `/readyz`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Progress {
    /// The file of queues, lists and counts.
    pub figures: FileProgress,
    /// The file of names.
    pub people: FileProgress,
}

impl Progress {
    /// Whether both files follow the log.
    pub fn is_ready(&self) -> bool {
        self.figures.state == "live" && self.people.state == "live"
    }
}

/// How far one file has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FileProgress {
    /// `catching_up`, `live`, `failed` or `stopped`.
    pub state: String,
    /// The position that it holds.
    pub position: u64,
    /// Why it stopped, when it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What tells this program's file of figures from that of another version.
pub fn figures_version() -> String {
    format!("{}-{}", <Figures as projector::Fold>::FILE, Files::<Figures>::fingerprint())
}

/// What a read model is made from.
#[derive(Debug, Clone)]
pub struct OpenReadModel {
    /// Where its files stand.
    pub dir: PathBuf,
    /// The log that it follows.
    pub log: Log,
    /// The log's vault.
    pub vault: Vault,
}

/// Both files of the read model. Cheap to clone.
#[derive(Clone)]
pub struct ReadModel(Arc<Inner>);

struct Inner {
    log: Log,
    finder: Arc<Finder>,
    figures: Part,
    people: Part,
    past: Past,
}

/// One file: who reads it, and who writes it if it is this process.
struct Part {
    readers: Arc<Readers>,
    projector: Option<projector::Handle>,
}

impl fmt::Debug for ReadModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReadModel({:?})", self.0.log)
    }
}

impl ReadModel {
    /// Starts the two projectors. Answers come as soon as there is a file; `progress` tells. Refuses with `Locked` while
    /// another process keeps the files.
    pub async fn open(OpenReadModel { dir, log, vault }: OpenReadModel) -> Result<Self, ProjectionError> {
        let finder = Arc::new(Finder::new(vault.mac_key(crate::people::CITIZEN_ID_KEY).await?));
        let source = Source { log: log.clone(), vault, runtime: tokio::runtime::Handle::current() };
        let figures = Part::start::<Figures>(Files::new(&dir), &source, ())?;
        let people = Part::start::<People>(Files::new(&dir), &source, Arc::clone(&finder))?;
        // Whoever keeps the files keeps those of the past as well: another process's are of no use any more.
        let past = Past::new(dir, source);
        past.sweep();
        Ok(Self(Arc::new(Inner { log, finder, figures, people, past })))
    }

    /// Reads the files that another process keeps, and starts nothing.
    pub async fn open_read_only(OpenReadModel { dir, log, vault }: OpenReadModel) -> Result<Self, ProjectionError> {
        let finder = Arc::new(Finder::new(vault.mac_key(crate::people::CITIZEN_ID_KEY).await?));
        let (figures, people) = (Files::<Figures>::new(&dir), Files::<People>::new(&dir));
        let (figures, people) = (Part::reading(&figures.live()), Part::reading(&people.live()));
        let past = Past::new(dir, Source { log: log.clone(), vault, runtime: tokio::runtime::Handle::current() });
        let model = Self(Arc::new(Inner { log, finder, figures, people, past }));
        let finder = Arc::clone(&model.0.finder);
        model.0.people.readers.ask(move |db| finder.load(db)).await?;
        Ok(model)
    }

    /// Starts the projectors, or reads what another process keeps up to date.
    pub async fn open_either(how: OpenReadModel) -> Result<Self, ProjectionError> {
        match Self::open(how.clone()).await {
            Err(ProjectionError::Locked(_)) => Self::open_read_only(how).await,
            outcome => outcome,
        }
    }

    /// The same names beside other figures: those of the log told otherwise, up to where these figures are. The file is
    /// made in `spare`, an empty folder that must live as long as the answer.
    pub async fn retold(
        &self,
        vault: Vault,
        spare: PathBuf,
        mut change: impl FnMut(&mut Occurrence) + Send + 'static,
    ) -> Result<Self, ProjectionError> {
        let until = Until::Position(self.0.figures.readers.ask(checkpoint).await?.position);
        let source = Source { log: self.0.log.clone(), vault, runtime: tokio::runtime::Handle::current() };
        let path = Files::<Figures>::new(&spare).building();
        let (made, from) = (path.clone(), source.clone());
        tokio::task::spawn_blocking(move || projector::retell(&made, &from, until, &mut change))
            .await
            .map_err(|_| ProjectionError::Stopped)??;
        let figures = Part::reading(&path);
        let people = Part { readers: Arc::clone(&self.0.people.readers), projector: None };
        let (log, finder) = (self.0.log.clone(), Arc::clone(&self.0.finder));
        Ok(Self(Arc::new(Inner { log, finder, figures, people, past: Past::new(spare, source) })))
    }

    /// Waits until both files hold a position, so that whoever wrote it reads it.
    pub async fn after(&self, position: u64, patience: Duration) -> Result<(), ProjectionError> {
        let deadline = Instant::now() + patience;
        self.0.figures.after(position, deadline).await?;
        self.0.people.after(position, deadline).await
    }

    /// Waits until both files hold everything that the log holds now.
    pub async fn caught_up(&self, patience: Duration) -> Result<AsOf, ProjectionError> {
        let head = self.0.log.head().await?;
        self.after(head.position, patience).await?;
        Ok(self.as_of())
    }

    /// The position that both files hold. A reader that started nothing asks the file at each query instead.
    pub fn position(&self) -> u64 {
        self.as_of().position
    }

    /// The moment that both files hold.
    pub fn as_of(&self) -> AsOf {
        let (figures, people) = (self.0.figures.at(), self.0.people.at());
        if figures.position <= people.position { figures } else { people }
    }

    /// Tells each time that the file of figures holds more of the log; none: another process keeps it.
    pub fn moves(&self) -> Option<watch::Receiver<AsOf>> {
        self.0.figures.projector.as_ref().map(|projector| projector.at.clone())
    }

    /// How far each file is.
    pub fn progress(&self) -> Progress {
        Progress { figures: self.0.figures.progress(), people: self.0.people.progress() }
    }

    /// Builds both files anew beside the live ones and swaps them. Queries go on all the while.
    pub async fn rebuild(&self) -> Result<AsOf, ProjectionError> {
        for part in [&self.0.figures, &self.0.people] {
            part.projector.as_ref().ok_or(ProjectionError::Stopped)?.rebuild().await?;
        }
        self.caught_up(Duration::from_mins(1)).await
    }

    /// Deletes a person from the file of names; no copy is left when this returns.
    pub async fn forget(&self, person: events::id::PersonId) -> Result<(), ProjectionError> {
        self.0.people.projector.as_ref().ok_or(ProjectionError::Stopped)?.forget(person.0).await
    }

    /// Ends both projectors and brings their files to disk.
    pub async fn stop(&self) {
        let model = self.clone();
        let stopped = tokio::task::spawn_blocking(move || {
            for part in [&model.0.figures, &model.0.people] {
                if let Some(projector) = &part.projector {
                    projector.stop();
                }
            }
        });
        drop(stopped.await);
    }
}

impl Part {
    fn start<F: projector::Fold>(files: Files<F>, source: &Source, tools: F::Tools) -> Result<Self, ProjectionError> {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let readers = Arc::new(Readers::new(cores.max(2)));
        let projector = projector::start(files, source.clone(), tools, Arc::clone(&readers))?;
        Ok(Self { readers, projector: Some(projector) })
    }

    fn reading(path: &std::path::Path) -> Self {
        let readers = Arc::new(Readers::new(1));
        if path.exists() {
            readers.open(path);
        }
        Self { readers, projector: None }
    }

    fn at(&self) -> AsOf {
        self.projector.as_ref().map_or(AsOf::START, |projector| *projector.at.borrow())
    }

    fn progress(&self) -> FileProgress {
        let Some(projector) = &self.projector else {
            return FileProgress { state: "stopped".to_owned(), position: 0, error: None };
        };
        let (state, error) = match &*projector.state.borrow() {
            FileState::CatchingUp => ("catching_up", None),
            FileState::Live => ("live", None),
            FileState::Failed(error) => ("failed", Some(chain(error))),
            FileState::Stopped => ("stopped", None),
        };
        FileProgress { state: state.to_owned(), position: projector.at.borrow().position, error }
    }

    /// Waits until the file answers and holds a position.
    async fn after(&self, position: u64, deadline: Instant) -> Result<(), ProjectionError> {
        let Some(projector) = &self.projector else { return self.after_polling(position, deadline).await };
        let behind = || ProjectionError::Behind { at: projector.at.borrow().position, wanted: position };
        let mut state = projector.state.clone();
        let mut at = projector.at.clone();
        loop {
            let answers = match &*state.borrow_and_update() {
                FileState::CatchingUp => false,
                FileState::Live => true,
                FileState::Failed(error) if at.borrow().position < position => return Err(error.clone()),
                FileState::Failed(_) => true,
                FileState::Stopped => return Err(ProjectionError::Stopped),
            };
            if answers && at.borrow_and_update().position >= position {
                return Ok(());
            }
            let changed = async {
                tokio::select! {
                    _ = watch::Receiver::changed(&mut state) => {}
                    _ = watch::Receiver::changed(&mut at) => {}
                }
            };
            timeout_at(deadline, changed).await.map_err(|_| behind())?;
        }
    }

    /// The same for a file that another process writes.
    async fn after_polling(&self, position: u64, deadline: Instant) -> Result<(), ProjectionError> {
        loop {
            let at = self.readers.ask(checkpoint).await?.position;
            if at >= position {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(ProjectionError::Behind { at, wanted: position });
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
