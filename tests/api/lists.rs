//! Lists, counts and searches: what they show, in which order, and page by page.

use huean::reports::{Cell, ReportName, column};
use serde_json::json;

use super::cases::{Case, found};
use super::world::{AGENCY, World};

#[tokio::test(flavor = "multi_thread")]
async fn the_caseload_pages_through_every_household_once() {
    let world = World::new().await;
    for number in 0..7 {
        world.post("caseworker", "/households", found("460901", &format!("คนที่{number}"))).await.ok();
    }
    world.post("stranger", "/households", found("460201", "อื่น")).await.ok();
    world.get_fresh("caseworker", "/households").await.ok();
    let (mut seen, mut path) = (Vec::new(), "/households?limit=3".to_owned());
    loop {
        let page = world.get("caseworker", &path).await.ok();
        assert_eq!(page.body["total"], 7);
        seen.extend(page.body["items"].as_array().unwrap().iter().map(|it| it["case_no"].as_str().unwrap().to_owned()));
        let Some(next) = page.body["next"].as_str() else { break };
        path = format!("/households?limit=3&cursor={next}");
    }
    let mut sorted = seen.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!((seen.len(), &sorted), (7, &seen), "each once, by case number");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_found_with_a_typing_error_and_a_household_by_its_number() {
    let world = World::new().await;
    let case = Case::identified_in(&world, "caseworker", "460901", "สมหญิง").await;
    world.get_fresh("caseworker", "/households").await.ok();
    // สมหญงิ: two letters in the wrong order.
    let typed = "%E0%B8%AA%E0%B8%A1%E0%B8%AB%E0%B8%8D%E0%B8%87%E0%B8%B4";
    for path in [format!("/search?q={typed}"), format!("/search?q={}", case.number)] {
        let hits = world.get("caseworker", &path).await.ok();
        assert_eq!(hits.body["items"][0]["household"], case.id, "{}", hits.text);
    }
    let list = world.get("caseworker", &format!("/households?q={typed}")).await.ok();
    assert_eq!(list.body["items"][0]["id"], case.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn queues_backlog_and_reports_show_a_referral_on_every_day_it_waited() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let referral = case.referred("caseworker", &[]).await;
    world.clock.set(world.clock.now() + chrono::Duration::days(10));
    let queue = world.get_fresh("operations", "/referrals?state=to_answer&overdue=true").await.ok();
    assert_eq!(queue.body["items"][0]["id"], json!(referral));
    assert_eq!(queue.body["items"][0]["age_days"], 10);
    case.give("officer", "decline-referral", json!({"referral": referral, "reason": "wrong_agency"})).await;

    let backlog = world.get_fresh("operations", "/backlog?by=agency,service,district,age").await.ok();
    assert_eq!(backlog.body["items"], json!([]), "nothing waits now");
    let then = world.get("operations", "/backlog?by=agency,service,district,age&as_of=2026-06-05").await.ok();
    let row = &then.body["items"][0];
    assert_eq!((&row["waiting"], &row["cases"]["agency"]), (&json!(1), &json!(AGENCY)));
    assert_eq!((&row["cases"]["district"], &row["cases"]["age"]), (&json!("4609"), &json!("3-7")));
    let csv = world.get("operations", "/reports/backlog?as_of=2026-06-05&format=csv").await.ok();
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert!(csv.text.contains("to_answer,") && csv.text.lines().count() == 3, "{}", csv.text);
    let mark = csv.text.lines().last().unwrap();
    for said in ["backlog as_of=2026-06-05", "operations 00000000-0000-0000-0000-000000005005", "2026-06-11T"] {
        assert!(mark.contains(said), "{said}: {mark}");
    }
    let workbook = world.get("operations", "/reports/backlog?as_of=2026-06-05&format=xlsx").await.ok();
    assert!(workbook.header("content-type").ends_with("spreadsheetml.sheet") && workbook.text.starts_with("PK"));
    assert!(workbook.header("content-disposition").contains("backlog.xlsx"));
    let days = world.get("operations", "/reports/backlog_history?from=2026-05-31&to=2026-06-11").await.ok();
    let waited = days.body["rows"].as_array().unwrap().iter().filter(|row| row[1] == 1).count();
    assert_eq!(waited, 10, "from the evening of the first day to the evening before the answer: {}", days.text);
    let funnel = world.get("supervisor", "/reports/funnel").await.ok();
    let reached: Vec<_> = funnel.body["rows"][0].as_array().unwrap()[3..].to_vec();
    assert_eq!(json!(reached), json!([1, 1, 1, 1, 1, 0, 0, 0]));
    assert_eq!(world.get("supervisor", "/reports/none").await.problem(404), "not_found");
    assert_eq!(world.get("supervisor", "/reports").await.ok().body["total"], ReportName::ALL.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_list_missed_is_a_report_of_its_own_by_list_and_date() {
    let world = World::new().await;
    let case = super::cases::Case::identified(&world).await;
    let says = |list: &str, date: &str, status: &str| json!({"list": list, "list_date": date, "status": status});
    for body in [says("tpmap", "2021-12-31", "missed"), says("welfare_card", "2023-03-31", "listed")] {
        world.post("caseworker", &format!("/households/{}/record-list-status", case.id), body).await.ok();
    }
    let rows = world.get_fresh("supervisor", "/reports/coverage").await.ok().body["rows"].clone();
    let row = |list: &str, date: &str, counts: [u32; 9]| {
        let mut row = vec![json!(list), json!(date), json!(null), json!(null), json!(null)];
        row.extend(counts.map(|count| json!(count)));
        row.extend([json!(null), json!(null)]);
        row
    };
    let missed = row("tpmap", "2021-12-31", [0, 0, 0, 0, 0, 0, 0, 1, 0]);
    let listed = row("welfare_card", "2023-03-31", [0, 0, 0, 0, 0, 0, 1, 0, 0]);
    assert_eq!(rows, json!([missed, listed]));
    let one = world.get("supervisor", "/reports/coverage?list=welfare_card&by=district").await.ok();
    assert_eq!(one.body["rows"].as_array().unwrap().len(), 1);
    assert_eq!(one.body["rows"][0][2], "4609");
    assert_eq!(world.get("supervisor", "/reports/coverage?list=census").await.problem(422), "invalid_fields");
}

#[tokio::test(flavor = "multi_thread")]
async fn agencies_models_and_policies_are_listed_for_everybody_with_a_token() {
    let world = World::new().await;
    let agencies = world.get_fresh("caseworker", "/agencies").await.ok();
    assert_eq!(agencies.body["items"][0]["services"][0]["service"], "house_repair");
    assert_eq!(world.get("researcher", "/models").await.ok().body["items"][0]["places"], 2);
    let policies = world.get("caseworker", "/policies").await.ok();
    assert_eq!(policies.body["total"], 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_report_answers_in_every_form_and_every_count_leads_to_its_cases() {
    let world = World::new().await;
    let mut last = String::new();
    for _ in 0..6 {
        let case = Case::identified(&world).await;
        case.referred("caseworker", &[]).await;
        let says = json!({"list": "tpmap", "list_date": "2021-12-31", "status": "missed"});
        world.post("caseworker", &format!("/households/{}/record-list-status", case.id), says).await.ok();
        last = case.id;
    }
    world.get_fresh("supervisor", "/households").await.ok();
    for report in ReportName::ALL {
        let name = report.as_str();
        for form in ["csv", "xlsx"] {
            world.get("operations", &format!("/reports/{name}?format={form}")).await.ok();
        }
        let exact = world.get("operations", &format!("/reports/{name}")).await.ok().body;
        // No cell below five, and none that would tell one, reaches a researcher.
        let told = world.get("researcher", &format!("/reports/{name}")).await.ok().body;
        let columns: Vec<_> =
            exact["columns"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect();
        for row in told["rows"].as_array().unwrap() {
            for (cell, name) in row.as_array().unwrap().iter().zip(&columns) {
                let counts = column(name).is_some_and(|it| matches!(it.cell, Cell::Number | Cell::Baht));
                let small = !cell.is_null() && cell.as_u64().is_none_or(|count| count % 5 != 0);
                assert!(!(counts && small), "{name}: {cell}");
            }
        }
        let Some(sheet) = report.sheet() else {
            assert_eq!(world.get("operations", &format!("/reports/{name}/cases")).await.problem(404), "not_found");
            continue;
        };
        let keys: Vec<_> = sheet.keys.to_vec();
        for row in exact["rows"].as_array().unwrap() {
            let cell = |wanted: &str| row[columns.iter().position(|it| it == wanted).unwrap()].clone();
            let of_row = keys.iter().map(|key| format!("&{key}={}", cell(key).as_str().unwrap_or("none")));
            let of_row: String = of_row.collect();
            for figure in sheet.counts() {
                let path = format!("/reports/{name}/cases?figure={figure}{of_row}&limit=2");
                let cases = world.get("operations", &path).await.ok().body;
                assert_eq!(cases["total"], cell(figure), "{path}");
            }
        }
        let figure = sheet.counts().next().unwrap();
        let path = format!("/reports/{name}/cases?figure={figure}");
        assert_eq!(world.get("researcher", &path).await.problem(403), "role_may_not");
        assert!(!world.get("strange_supervisor", &path).await.ok().text.contains(&last), "{path}");
        for wrong in ["figure=none", "", "figure=median_days", "per=colour"] {
            assert_eq!(
                world.get("operations", &format!("/reports/{name}/cases?{wrong}")).await.problem(422),
                "invalid_fields"
            );
        }
        assert_eq!(
            world.get("operations", &format!("/reports/{name}?per=colour")).await.problem(422),
            "invalid_fields"
        );
    }
}
