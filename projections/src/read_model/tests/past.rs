//! Lists as they were: from a file of that moment, the same whatever is recorded later, and few of them.

use chrono::{DateTime, Duration, Utc};
use events::clock::day_of;
use events::recorded::Occurrence;

use super::{PATIENCE, Stage, choices};
use crate::error::ProjectionError;
use crate::figures::Figures;
use crate::figures::backlog::BacklogBy;
use crate::figures::caseload::{self, CaseQuery, CaseRow};
use crate::figures::cohort::{Cohort, CohortBy};
use crate::figures::coverage::CoverageQuery;
use crate::figures::referrals::ReferralQuery;
use crate::figures::sheet::SheetQuery;
use crate::figures::times::TIMES;
use crate::histories::tell;
use crate::projector::fold_in_memory;
use crate::reach::Reach;
use crate::read_model::ReadModel;

fn query(now: DateTime<Utc>) -> CaseQuery {
    CaseQuery { limit: Some(200), ..CaseQuery::all(Reach::All, now) }
}

async fn told(model: &ReadModel, moment: DateTime<Utc>) -> (u64, Vec<CaseRow>) {
    let later = moment + chrono::Duration::days(500);
    let page = model.households_at(query(later), moment, PATIENCE).await.unwrap();
    assert_eq!(page.as_of.time, moment);
    (page.total, page.items)
}

fn expected(events: &[Occurrence], moment: DateTime<Utc>) -> (u64, Vec<CaseRow>) {
    let known: Vec<_> = events.iter().filter(|event| event.recorded_at <= moment).cloned().collect();
    let db = fold_in_memory::<Figures>(&known, &[usize::MAX], &()).unwrap();
    let page = caseload::list(&db, &query(moment)).unwrap();
    (page.total, page.items)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_a_past_moment_is_what_was_known_then_and_stays_so() {
    let stage = Stage::new().await;
    let events = tell(&choices(300));
    // What is recorded at one time is recorded together.
    let half = events[events.len() / 2].recorded_at;
    let (first, rest) = events.split_at(events.iter().position(|event| event.recorded_at == half).unwrap());
    stage.store(first).await;
    let model = stage.read_model().await;
    model.caught_up(PATIENCE).await.unwrap();
    let moments = [first.len() / 4, first.len() / 2, first.len() - 1].map(|nth| first[nth].recorded_at);
    let hurried = model.households_at(query(half), moments[0], std::time::Duration::ZERO).await.unwrap_err();
    let so_far = matches!(hurried, ProjectionError::BuildingPast { moment, position } if moment == moments[0] && position <= first.len() as u64);
    assert!(so_far, "{hurried}");
    let mut before = Vec::new();
    for moment in moments {
        let found = told(&model, moment).await;
        assert_eq!(found, expected(&events, moment), "{moment}");
        assert!(found.0 > 0);
        before.push(serde_json::to_string(&found).unwrap());
    }
    stage.store(rest).await;
    model.caught_up(PATIENCE).await.unwrap();
    model.rebuild().await.unwrap();
    model.stop().await;
    drop(model);
    // Another process builds the file again, with everything that was recorded since.
    let model = stage.read_model().await;
    model.caught_up(PATIENCE).await.unwrap();
    for (moment, before) in moments.into_iter().zip(before) {
        assert_eq!(serde_json::to_string(&told(&model, moment).await).unwrap(), before, "{moment}");
    }
    model.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn few_files_of_the_past_are_kept_and_none_of_another_process() {
    let stage = Stage::new().await;
    let events = tell(&choices(120));
    stage.store(&events).await;
    let files = || {
        let entries = std::fs::read_dir(&stage.dir).unwrap().map(|it| it.unwrap().file_name());
        entries
            .filter(|name| name.to_string_lossy().starts_with("past-") && name.to_string_lossy().ends_with(".db"))
            .count()
    };
    let model = stage.read_model().await;
    model.caught_up(PATIENCE).await.unwrap();
    let mut moments: Vec<_> = events.iter().map(|event| event.recorded_at).collect();
    moments.dedup();
    for moment in moments.iter().rev().take(7) {
        told(&model, *moment).await;
    }
    assert_eq!(files(), 4);
    model.stop().await;
    std::fs::write(stage.dir.join("past-left-1.db"), "left by somebody").unwrap();
    drop(model);
    let model = stage.read_model().await;
    assert_eq!(files(), 0);
    model.stop().await;
}

/// Four counts about a moment, as they are written out.
async fn counted(model: &ReadModel, moment: DateTime<Utc>) -> Vec<String> {
    let cohort = Cohort { as_of: Some(moment), by: Some(CohortBy::Tambon), ..Cohort::all(Reach::All) };
    let sheet = SheetQuery { cohort: cohort.clone(), per: None, today: day_of(moment) };
    let sheet = model.sheet(&TIMES, sheet).await.unwrap();
    let funnel = model.funnel(cohort.clone()).await.unwrap();
    let coverage = model.coverage(CoverageQuery { cohort, list: None }).await.unwrap();
    let referrals = ReferralQuery { as_of: Some(moment), ..ReferralQuery::all(Reach::All, moment + Duration::days(9)) };
    let backlog = model.backlog(referrals, vec![BacklogBy::Service]).await.unwrap();
    for as_of in [sheet.as_of, funnel.as_of, coverage.as_of, backlog.as_of] {
        assert_eq!((as_of.time, as_of.position), (moment, model.progress().figures.position));
    }
    vec![
        format!("{:?}", sheet.rows),
        format!("{:?}", funnel.rows),
        format!("{:?}", coverage.rows),
        format!("{:?}", backlog.rows),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_counted_of_a_past_moment_is_kept_with_its_file_and_says_what_counting_again_says() {
    let stage = Stage::new().await;
    let events = tell(&choices(300));
    let half = events[events.len() / 2].recorded_at;
    let (first, rest) = events.split_at(events.iter().position(|event| event.recorded_at == half).unwrap());
    stage.store(first).await;
    let model = stage.read_model().await;
    model.caught_up(PATIENCE).await.unwrap();
    let kept = |model: &ReadModel| model.0.figures.readers.kept().len();
    let last = first.last().unwrap().recorded_at;
    let past = first.iter().rev().map(|event| event.recorded_at).find(|moment| *moment < last).unwrap();
    let before = counted(&model, past).await;
    assert_eq!(kept(&model), 4);
    assert_eq!(counted(&model, past).await, before);
    // More may be recorded at the last moment that is known.
    counted(&model, last).await;
    assert_eq!(kept(&model), 4);
    // What is recorded later changes nothing of it, and neither does counting it in a file built from all of it.
    stage.store(rest).await;
    model.caught_up(PATIENCE).await.unwrap();
    assert_eq!(counted(&model, past).await, before);
    let there = kept(&model);
    model.rebuild().await.unwrap();
    assert_eq!((there, kept(&model)), (4, 0));
    assert_eq!(counted(&model, past).await, before);
    model.stop().await;
}
