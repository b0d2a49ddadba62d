//! The past moment and the bounds of a read: what `as_of` may say, and to whom.

use chrono::{DateTime, Utc};

use crate::access::Caller;
use crate::desk::position;
use crate::reports::Telling;
use crate::reports::asking::Bounds;
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::refused::of_read;

impl Web {
    /// When the log's first event was recorded; none while it is empty.
    async fn began(&self) -> Result<Option<DateTime<Utc>>, Problem> {
        if let Some(began) = self.0.began.get() {
            return Ok(Some(*began));
        }
        let first = self.0.desk.log().read(0, 1).await.map_err(|error| of_read(error.into()))?;
        let Some(first) = first.first() else { return Ok(None) };
        // Whoever looked at the same time saw the same event.
        drop(self.0.began.set(first.recorded_at));
        Ok(Some(first.recorded_at))
    }

    /// What bounds the questions of a caller; `past`: the log's beginning is among it.
    pub async fn bounds(&self, caller: &Caller, past: bool) -> Result<Bounds, Problem> {
        let first = if past { self.began().await? } else { None };
        Ok(Bounds { now: self.0.desk.now(), first, telling: Telling::to(caller.role) })
    }
}

/// The moment that `as_of` names, if any. One that can't be asked about is noted with the parameters.
pub async fn as_of(web: &Web, caller: &Caller, params: &mut Params) -> Result<Option<DateTime<Utc>>, Problem> {
    let Some(text) = params.text("as_of") else { return Ok(None) };
    let text = position::timed(web.0.desk.log(), text).await.map_err(|error| of_read(error.into()))?;
    match web.bounds(caller, true).await?.moment("as_of", &text) {
        Ok(at) => Ok(Some(at)),
        Err(wrong) => {
            params.wrongs([wrong]);
            Ok(None)
        }
    }
}
