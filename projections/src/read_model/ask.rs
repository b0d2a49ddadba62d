//! The questions that can be asked of a read model, each answered from one unchanging state of a file.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use events::id::HouseholdId;
use events::thai::citizen_id::CitizenId;
use rusqlite::Connection;

use super::ReadModel;
use super::kept::Counted;
use crate::error::ProjectionError;
use crate::figures::backlog::{self, Backlog, BacklogBy, BacklogDay};
use crate::figures::caseload::{self, CaseQuery, CaseRow};
use crate::figures::clocks::{self, TaskQuery, TaskRow};
use crate::figures::cohort::Cohort;
use crate::figures::coverage::{self, CoverageQuery, CoverageTable};
use crate::figures::duplicates::{self, DoubleRow, DoublesQuery};
use crate::figures::funnel::{self, Funnel};
use crate::figures::offers::{self, AgencyRow, ModelRow};
use crate::figures::referrals::{self, ReferralQuery, ReferralRow};
use crate::figures::sheet::{self, Behind, BehindQuery, Sheet, SheetQuery, SheetTable};
use crate::page::{AsOf, Page};
use crate::people::{self, Candidate, Found, Holder, HouseholdNames, ListKey, Newcomers, SearchQuery, StaffRow, Swept};
use crate::projector::checkpoint;
use crate::reach::Reach;

/// So many households are looked at when a list is narrowed by a search.
const SEARCHED: usize = 500;

impl ReadModel {
    /// The list of households. With `q`, only those in which somebody of that name, case number or citizen id is found.
    pub async fn households(&self, mut query: CaseQuery, q: Option<String>) -> Result<Page<CaseRow>, ProjectionError> {
        if let Some(text) = q.filter(|text| !text.trim().is_empty()) {
            let found = self.search(SearchQuery { reach: query.reach.clone(), text, limit: SEARCHED }).await?;
            let mut among: Vec<_> = found.into_iter().map(|found| found.household).collect();
            among.sort_unstable();
            among.dedup();
            query.among = Some(among);
        }
        self.0.figures.readers.ask(move |db| caseload::list(db, &query)).await
    }

    /// The list of households as it was at a past moment, from a file of figures of that moment. The first who asks about
    /// a moment waits for the file, or hears that it is being built.
    pub async fn households_at(
        &self,
        mut query: CaseQuery,
        moment: DateTime<Utc>,
        patience: Duration,
    ) -> Result<Page<CaseRow>, ProjectionError> {
        query.now = moment;
        let file = self.0.past.at(moment, patience).await?;
        let page = file.readers.ask(move |db| caseload::list(db, &query)).await?;
        Ok(Page { as_of: AsOf { time: moment, ..page.as_of }, ..page })
    }

    /// The list of referrals.
    pub async fn referrals(&self, query: ReferralQuery) -> Result<Page<ReferralRow>, ProjectionError> {
        self.0.figures.readers.ask(move |db| referrals::list(db, &query)).await
    }

    /// The list of dates that run.
    pub async fn tasks(&self, query: TaskQuery) -> Result<Page<TaskRow>, ProjectionError> {
        self.0.figures.readers.ask(move |db| clocks::list(db, &query)).await
    }

    /// What waits, split by what is asked for.
    pub async fn backlog(&self, query: ReferralQuery, by: Vec<BacklogBy>) -> Result<Backlog, ProjectionError> {
        // At a past moment nothing depends on the present one.
        let asked = ReferralQuery { now: query.moment(), ..query.clone() };
        let question = format!("backlog {asked:?} {by:?}");
        self.count(query.as_of, question, move |db| backlog::backlog(db, &query, &by)).await
    }

    /// What waited at the end of each day.
    pub async fn backlog_history(
        &self,
        query: ReferralQuery,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Result<Vec<BacklogDay>, ProjectionError> {
        self.0.figures.readers.count(move |db| backlog::history(db, &query, first, last)).await
    }

    /// How far households came.
    pub async fn funnel(&self, query: Cohort) -> Result<Funnel, ProjectionError> {
        self.count(query.as_of, format!("funnel {query:?}"), move |db| funnel::funnel(db, &query)).await
    }

    /// State lists beside what was verified.
    pub async fn coverage(&self, query: CoverageQuery) -> Result<CoverageTable, ProjectionError> {
        let question = format!("coverage {query:?}");
        self.count(query.cohort.as_of, question, move |db| coverage::coverage(db, &query)).await
    }

    /// A report over cases.
    pub async fn sheet(&self, of: &'static Sheet, query: SheetQuery) -> Result<SheetTable, ProjectionError> {
        let question = format!("{of:?} {query:?}");
        self.count(query.cohort.as_of, question, move |db| sheet::sheet(db, of, &query)).await
    }

    /// Counts, unless the same was counted before about a moment that is past: what is recorded later changes nothing.
    async fn count<T: Counted>(
        &self,
        moment: Option<DateTime<Utc>>,
        question: String,
        query: impl FnOnce(&Connection) -> Result<T, ProjectionError> + Send + 'static,
    ) -> Result<T, ProjectionError> {
        let readers = &self.0.figures.readers;
        let Some(moment) = moment else { return readers.count(query).await };
        let (kept, here) = (readers.kept(), readers.ask(checkpoint).await?);
        if let Some(answer) = kept.get(&question, here.position) {
            return Ok(answer);
        }
        let answer = readers.count(query).await?;
        // Until something later is recorded, more may be recorded at that moment.
        if here.time > moment {
            kept.put(question, answer.clone());
        }
        Ok(answer)
    }

    /// The cases behind a number of a report.
    pub async fn behind(&self, of: &'static Sheet, query: BehindQuery) -> Result<Page<Behind>, ProjectionError> {
        self.0.figures.readers.count(move |db| sheet::behind(db, of, &query)).await
    }

    /// The questions of people who may be one that wait for somebody to look.
    pub async fn doubles(&self, query: DoublesQuery) -> Result<Page<DoubleRow>, ProjectionError> {
        self.0.figures.readers.ask(move |db| duplicates::list(db, &query)).await
    }

    /// Who of those that are here, within a reach, may be one of these newcomers. A household that was merged away or
    /// entered in error is not here.
    pub async fn candidates(&self, reach: Reach, of: Newcomers) -> Result<Vec<Candidate>, ProjectionError> {
        let finder = Arc::clone(&self.0.finder);
        let mut found = self.0.people.readers.ask(move |db| people::candidates(db, &finder, &reach, &of)).await?;
        let here = self.those_here(found.iter().map(|it| it.household).collect()).await?;
        found.retain(|it| here.contains(&it.household));
        Ok(found)
    }

    /// Which two people of different households within a reach may be one, without those that were asked about before.
    pub async fn sweep(&self, reach: Reach) -> Result<Swept, ProjectionError> {
        let mut swept = self.0.people.readers.ask(move |db| people::sweep(db, &reach)).await?;
        let of_pairs = swept.pairs.iter().flat_map(|it| [it.household, it.other_household]);
        let here = self.those_here(of_pairs.collect()).await?;
        swept.pairs.retain(|it| here.contains(&it.household) && here.contains(&it.other_household));
        let asked = self.0.figures.readers.ask(duplicates::asked_before).await?;
        swept.pairs.retain(|it| !asked.contains(&(it.person, it.other)));
        Ok(swept)
    }

    async fn those_here(&self, households: BTreeSet<HouseholdId>) -> Result<BTreeSet<HouseholdId>, ProjectionError> {
        self.0.figures.readers.ask(move |db| caseload::those_here(db, households)).await
    }

    /// Every agency with its services.
    pub async fn agencies(&self) -> Result<Vec<AgencyRow>, ProjectionError> {
        self.0.figures.readers.ask(offers::agencies).await
    }

    /// Every operating model.
    pub async fn models(&self) -> Result<Vec<ModelRow>, ProjectionError> {
        self.0.figures.readers.ask(offers::models).await
    }

    /// Every agency with its services as they were at a past moment, from a file of figures of that moment.
    pub async fn agencies_at(
        &self,
        moment: DateTime<Utc>,
        patience: Duration,
    ) -> Result<Vec<AgencyRow>, ProjectionError> {
        self.0.past.at(moment, patience).await?.readers.ask(offers::agencies).await
    }

    /// Every operating model as it was at a past moment, from a file of figures of that moment.
    pub async fn models_at(&self, moment: DateTime<Utc>, patience: Duration) -> Result<Vec<ModelRow>, ProjectionError> {
        self.0.past.at(moment, patience).await?.readers.ask(offers::models).await
    }

    /// People and households by name, case number or citizen id, the best match first.
    pub async fn search(&self, query: SearchQuery) -> Result<Vec<Found>, ProjectionError> {
        let finder = Arc::clone(&self.0.finder);
        self.0.people.readers.ask(move |db| people::search(db, &finder, &query)).await
    }

    /// Everybody on the staff. Whoever calls narrows them to whom the caller may see, and notes it first.
    pub async fn staff(&self) -> Result<Vec<StaffRow>, ProjectionError> {
        self.0.people.readers.ask(people::staff).await
    }

    /// Who bears these citizen ids, within a reach.
    pub async fn holders(&self, reach: Reach, ids: Vec<CitizenId>) -> Result<Vec<Holder>, ProjectionError> {
        let finder = Arc::clone(&self.0.finder);
        self.0.people.readers.ask(move |db| people::holders(db, &finder, &reach, &ids)).await
    }

    /// The households that the entries of a list name, each with its entry's place, within a reach.
    pub async fn on_list(
        &self,
        reach: Reach,
        keys: Vec<ListKey>,
    ) -> Result<Vec<(usize, HouseholdId)>, ProjectionError> {
        let finder = Arc::clone(&self.0.finder);
        self.0.people.readers.ask(move |db| people::on_list(db, &finder, &reach, &keys)).await
    }

    /// Those of these households that a list could name at all.
    pub async fn comparable(&self, households: Vec<HouseholdId>) -> Result<Vec<HouseholdId>, ProjectionError> {
        self.0.people.readers.ask(move |db| people::comparable(db, &households)).await
    }

    /// The names of the households of a page. Whoever calls has made sure that the caller may see them.
    pub async fn names(
        &self,
        households: Vec<HouseholdId>,
    ) -> Result<HashMap<HouseholdId, HouseholdNames>, ProjectionError> {
        self.0.people.readers.ask(move |db| people::names(db, &households)).await
    }
}
