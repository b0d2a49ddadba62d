//! Reports for people: every number that counts cases leads to as many, what is downloaded is what is shown, and
//! researchers are told no small number.

use axum::http::StatusCode;
use huean::reports::ReportName;

use super::cases::Case;
use super::pages::{Page, english, get};
use super::world::World;

fn leads(page: &Page) -> Vec<(String, String)> {
    let all = page.text.split("class=\"leads\" href=\"").skip(1).filter_map(|rest| {
        let (address, rest) = rest.split_once('"')?;
        Some((address.replace("&#38;", "&"), rest.split_once('>')?.1.split('<').next()?.to_owned()))
    });
    all.collect()
}

async fn world() -> World {
    let world = World::new().await;
    Case::identified(&world).await.verify("caseworker").await;
    Case::identified(&world).await.referred("caseworker", &["names"]).await;
    Case::identified_in(&world, "stranger", "460201", "สมชาย").await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn every_report_is_written_in_both_languages_and_its_numbers_lead_to_as_many_cases() {
    let world = world().await;
    let mut followed = 0;
    for name in ReportName::ALL {
        for by in ["", "?by=district", "?by=month"] {
            let path = format!("/reports/{}{by}", name.as_str());
            let page = get(&world, "operations", &path).await;
            let fits = !by.contains("month") || name != ReportName::Backlog;
            assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
            assert!(!fits || name == ReportName::BacklogHistory || !page.text.contains("data-focus"), "{path}");
            for (address, count) in leads(&page) {
                let list = english(&world, "operations", &address).await;
                let (cases, referrals) = (format!("\"count\">{count} cases<"), format!("\"count\">{count} referrals<"));
                let as_many = list.text.contains(&cases) || list.text.contains(&referrals);
                assert!(as_many, "{path}: {count} leads to {address}: {} {}", list.status, list.text);
                followed += 1;
            }
        }
        assert_eq!(english(&world, "supervisor", &format!("/reports/{}", name.as_str())).await.status, StatusCode::OK);
    }
    assert!(followed > 60, "{followed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_asks_what_the_page_asks() {
    let world = world().await;
    let typed = "/reports/funnel?area=4609&from.d=1&from.m=1&from.y=2568&to.d=1&to.m=6&to.y=2569&by=tambon";
    let page = get(&world, "operations", typed).await;
    let api = "/api/v1/reports/funnel?area=4609&#38;from=2025-01-01&#38;to=2026-06-01&#38;by=tambon&#38;format=csv";
    assert!(page.text.contains(api), "{}", page.text);
    assert!(page.text.contains("value=\"2568\"") && page.text.contains("<option value=\"tambon\" selected>"));
    let path = api.replace("&#38;", "&").replace("/api/v1", "");
    let file = world.get("operations", &path).await.ok();
    assert!(file.text.contains("460901") && !file.text.contains("460201"), "{}", file.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_is_said_beside_what_was_typed() {
    let world = world().await;
    let page =
        get(&world, "operations", "/reports/funnel?from.d=40&from.m=13&from.y=%3Ci%3E&as_of.y=2599&area=99x").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("data-focus") && page.text.contains("value=\"40\"") && page.text.contains("2599"));
    assert!(!page.text.contains("<i>\""), "what was typed is no element");
    for path in
        ["/reports/weather", "/reports/backlog/cases?figure=waiting", "/reports/funnel/cases", "/reports/funnel?x=1"]
    {
        let page = get(&world, "operations", path).await;
        assert!([404, 422].contains(&page.status.as_u16()), "{path}: {}", page.status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_researcher_is_told_no_small_number_and_led_to_nobody() {
    let world = world().await;
    for name in ReportName::ALL {
        let page = get(&world, "researcher", &format!("/reports/{}", name.as_str())).await;
        assert_eq!(page.status, StatusCode::OK, "{} {}", name.as_str(), page.text);
        assert!(leads(&page).is_empty() && page.text.contains("ทีละ 5"), "{} {}", name.as_str(), page.text);
    }
    let page = get(&world, "researcher", "/reports/funnel").await;
    assert!(page.text.contains("น้อยกว่า 5"), "{}", page.text);
    assert_eq!(get(&world, "researcher", "/reports/funnel/cases?figure=found").await.status, StatusCode::FORBIDDEN);
    for who in ["caseworker", "officer", "administrator"] {
        for path in ["/reports", "/reports/funnel"] {
            assert_eq!(get(&world, who, path).await.status, StatusCode::FORBIDDEN, "{who} {path}");
        }
    }
}
