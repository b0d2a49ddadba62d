//! How quickly the finished files answer, asked one question at a time.

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, Utc};
use events::clock;
use events::facts::staff::Scope;
use events::log::Log;
use events::vault::Vault;
use projections::figures::backlog::BacklogBy;
use projections::figures::caseload::CaseQuery;
use projections::figures::cohort::{Cohort, CohortBy};
use projections::figures::referrals::{ReferralQuery, ReferralState};
use projections::people::SearchQuery;
use projections::read_model::OpenReadModel;
use projections::{Reach, ReadModel};

const TIMES: usize = 100;

macro_rules! timed {
    ($what:expr, $question:expr) => {{
        let mut took = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let began = Instant::now();
            $question.await.expect("an answer");
            took.push(began.elapsed());
        }
        took.sort_unstable();
        let at = |share: usize| took.get(TIMES * share / 100).copied().unwrap_or_default().as_secs_f64() * 1e3;
        println!("| {} | {:.2} | {:.2} |", $what, at(50), at(99));
    }};
}

pub(crate) async fn ask(dir: &Path, log: Log, vault: Vault) {
    let model = ReadModel::open(OpenReadModel { dir: dir.to_owned(), log, vault }).await.expect("a read model");
    model.caught_up(Duration::from_mins(10)).await.expect("caught up");
    let now: DateTime<Utc> = clock::end_of(NaiveDate::from_ymd_opt(2025, 10, 1).expect("a day"));
    let then = clock::end_of(NaiveDate::from_ymd_opt(2025, 8, 1).expect("a day"));
    let district = Reach::Within(Scope { areas: vec!["4609".parse().expect("a code")], laos: Vec::new() });
    let cases = |reach: &Reach, sort: &str| CaseQuery {
        sort: sort.parse().expect("an order"),
        ..CaseQuery::all(reach.clone(), now)
    };
    let queue = ReferralQuery { states: vec![ReferralState::ToAnswer], ..ReferralQuery::all(district.clone(), now) };
    let all = ReferralQuery::all(Reach::All, now);
    let past = ReferralQuery { as_of: Some(then), ..all.clone() };
    let by = vec![BacklogBy::Agency, BacklogBy::Service, BacklogBy::District, BacklogBy::Age];
    let funnel = |as_of| Cohort { as_of, by: Some(CohortBy::District), ..Cohort::all(Reach::All) };
    let search = |text: &str| SearchQuery { reach: district.clone(), text: text.to_owned(), limit: 50 };
    println!("\n| question, {TIMES} times | median ms | 99 of 100 ms |");
    println!("|---|---|---|");
    timed!("list, district, by due date", model.households(cases(&district, "due"), None));
    timed!("list, whole log, by case number", model.households(cases(&Reach::All, "case_no"), None));
    timed!("queue to answer, district", model.referrals(queue.clone()));
    timed!("backlog, all splits, now", model.backlog(all.clone(), by.clone()));
    timed!("backlog, all splits, two months ago", model.backlog(past.clone(), by.clone()));
    timed!("funnel by district, now", model.funnel(funnel(None)));
    timed!("funnel by district, two months ago", model.funnel(funnel(Some(then))));
    timed!("search, given and family name", model.search(search("สมหญิง ศรีสุข")));
    timed!("search, one wrong letter", model.search(search("ประเสริด ทองดี")));
    model.stop().await;
}
