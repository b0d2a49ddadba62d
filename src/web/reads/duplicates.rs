//! Who may be in two households: asked before a household is entered, and as a queue of questions that wait.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use chrono::NaiveDate;
use events::area::{AreaCode, LaoCode};
use events::case_no::CaseNo;
use events::id::{HouseholdId, PersonId};
use events::thai::citizen_id::CitizenId;
use events::thai::date::PartialDate;
use events::thai::house_code::HouseCode;
use projections::AsOf;
use projections::figures::duplicates::{DoubleRow, DoublesQuery};
use projections::people::{AlikeIn, Candidate, Newcomer, Newcomers};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::households::{area, area_parameters, moment_schema};
use super::looks::of_access_log;
use super::{allowed, moment, reach_of, read, sees_names, wait, wanted};
use crate::access::Action;
use crate::rules::field::{Fields, NAME};
use crate::rules::household::command::Name;
use crate::rules::household::place::whereabouts::Whereabouts;
use crate::rules::refusal::Thing;
use crate::web::Web;
use crate::web::body;
use crate::web::operation::{OpenTo, Operation, Parameter, Shape, number, text};
use crate::web::problem::Problem;
use crate::web::query::{LAO, Params};
use crate::web::refused::{of_projection, of_read, of_refusal};
use crate::web::who::Signed;

/// The most members that are compared in one go, as many as a household is identified with.
const MEMBERS: usize = 60;

/// A household that somebody is about to enter.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Unentered {
    /// The tambon it lives in.
    pub tambon: AreaCode,
    /// The local administrative organisation.
    #[serde(default)]
    pub lao: Option<LaoCode>,
    /// The code of its house.
    #[serde(default)]
    pub house_code: Option<HouseCode>,
    /// Who lives there, as far as known.
    #[serde(default)]
    pub members: Vec<UnenteredMember>,
}

/// One of its members.
#[derive(Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnenteredMember {
    /// Given name.
    pub given_name: String,
    /// Family name.
    #[serde(default)]
    pub family_name: Option<String>,
    /// Day, month or both may be unknown.
    #[serde(default)]
    pub birth: Option<PartialDate>,
    /// Citizen id.
    #[serde(default)]
    pub citizen_id: Option<CitizenId>,
}

// A name may not reach a log line.
impl std::fmt::Debug for UnenteredMember {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("‹member›")
    }
}

impl Unentered {
    /// What is asked of the read model, or everything that is wrong.
    fn asked(self, today: NaiveDate) -> Result<Newcomers, Problem> {
        let mut fields = Fields::default();
        fields.entries("/members", self.members.len(), 0, MEMBERS);
        if self.members.is_empty() && self.house_code.is_none() {
            let (th, en) = ("ต้องระบุสมาชิกหรือรหัสประจำบ้าน", "needs a member, unless a house code is given");
            fields.wrong("/members", "too_few", th, en);
        }
        for (nth, member) in self.members.iter().enumerate() {
            let at = |field: &str| format!("/members/{nth}/{field}");
            fields.text(&at("given_name"), &member.given_name, NAME);
            fields.optional_text(&at("family_name"), member.family_name.as_ref(), NAME);
            if member.birth.is_some_and(|birth| birth.is_after(today)) {
                fields.wrong(at("birth"), "in_the_future", "วันเกิดยังมาไม่ถึง", "has not come yet");
            }
        }
        let place = Whereabouts { tambon: self.tambon, moo: None, lao: self.lao }.place("", &mut fields);
        let wrong = |refusal| of_refusal(&refusal, Thing::Household);
        fields.finish().map_err(wrong)?;
        let place = place.ok_or_else(|| wrong(crate::rules::Refusal::Unknown(Thing::Place)))?;
        let newcomer = |it: UnenteredMember| Newcomer {
            given_name: it.given_name,
            family_name: it.family_name,
            birth: it.birth,
            citizen_id: it.citizen_id,
        };
        let members = self.members.into_iter().map(newcomer).collect();
        Ok(Newcomers { place, house_code: self.house_code, members })
    }
}

/// Somebody who may be the same, or a household under the same house code.
#[derive(Debug, Serialize, ToSchema)]
pub struct CandidateItem {
    /// Which of the members, from 0; null: the house is known, and nobody there is like a member.
    pub member: Option<usize>,
    /// The household that is here.
    pub household: HouseholdId,
    /// Its case number.
    pub case_no: Option<CaseNo>,
    /// Its tambon.
    pub tambon: AreaCode,
    /// The person there.
    pub person: Option<PersonId>,
    /// What the person is called; null where the caller sees no names.
    pub name: Option<String>,
    /// In what they are alike.
    pub alike_in: Vec<AlikeIn>,
}

/// Those who may be the same: within the caller's areas, and nobody else.
#[derive(Debug, Serialize, ToSchema)]
pub struct Candidates {
    /// Member by member, those with the most likeness first.
    pub items: Vec<CandidateItem>,
    /// There is one page.
    pub next: Option<String>,
    /// How many were found.
    pub total: u64,
    /// What moment is shown.
    pub as_of: AsOf,
}

/// A question that waits, with names.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoubleItem {
    /// Who may be whom.
    #[serde(flatten)]
    pub question: DoubleRow,
    /// What the person is called; null where the caller sees no names.
    pub name: Option<String>,
    /// What the other is called.
    pub other_name: Option<String>,
}

/// A page of questions, the oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Doubles {
    /// The rows.
    pub items: Vec<DoubleItem>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many rows all pages have together.
    pub total: u64,
    /// What moment is shown.
    pub as_of: AsOf,
}

async fn candidates(
    State(web): State<Web>,
    Signed(caller): Signed,
    json: body::Json,
) -> Result<Json<Candidates>, Problem> {
    allowed(&caller, Action::Household(Name::Identify))?;
    // It changes nothing: the caller is who the log says now, as in any other reading.
    let caller = web.0.desk.reading(&caller).await.map_err(of_read)?.into_owned();
    let asked = json.read::<Unentered>()?.asked(web.0.desk.today())?;
    let found = web.0.read_model.candidates(reach_of(&caller), asked).await;
    let found = found.map_err(|error| of_projection(&error))?;
    let named = sees_names(&caller);
    if named {
        let shown: Vec<_> = found.iter().map(|it| it.household).collect();
        web.0.access_log.listed(&caller, &shown).await.map_err(of_access_log)?;
    }
    let item = |it: Candidate| CandidateItem {
        member: it.nth,
        household: it.household,
        case_no: it.case_no,
        tambon: it.tambon,
        person: it.person,
        name: it.name.filter(|_| named).map(|name| name.to_string()),
        alike_in: it.alike_in,
    };
    let items: Vec<_> = found.into_iter().map(item).collect();
    Ok(Json(Candidates { total: items.len() as u64, items, next: None, as_of: web.0.read_model.as_of() }))
}

async fn queue(
    State(web): State<Web>,
    Signed(caller): Signed,
    headers: HeaderMap,
    mut params: Params,
) -> Result<Json<Doubles>, Problem> {
    allowed(&caller, Action::Household(Name::RejectSamePerson))?;
    let wanted = wanted(&headers, &mut params)?;
    let mut query = DoublesQuery::all(reach_of(&caller));
    query.as_of = moment::as_of(&web, &caller, &mut params).await?;
    query.area = area(&mut params);
    query.lao = params.value::<LaoCode>("lao", LAO);
    query.cursor = params.text("cursor");
    query.limit = params.limit();
    params.finish()?;
    wait(&web, wanted).await?;
    // Names are known as they are now.
    let named = sees_names(&caller) && query.as_of.is_none();
    let page = web.0.read_model.doubles(query).await.map_err(|error| of_projection(&error))?;
    let mut names = std::collections::HashMap::new();
    if named {
        let ids = page.items.iter().flat_map(|row| [row.household, row.other_household]).collect();
        names = super::names(&web, &caller, ids).await?;
    }
    let name = |household: HouseholdId, person: PersonId| {
        let members = &names.get(&household)?.members;
        members.iter().find(|it| it.person == person).map(|it| it.name.to_string())
    };
    let item = |question: DoubleRow| DoubleItem {
        name: name(question.household, question.person),
        other_name: name(question.other_household, question.other),
        question,
    };
    let page = page.map(item);
    Ok(Json(Doubles { items: page.items, next: page.next, total: page.total, as_of: page.as_of }))
}

/// Both.
pub fn operations() -> Vec<Operation> {
    let own = vec![
        Parameter::query("as_of", "As it was known at this time; a day means its end.", moment_schema()),
        Parameter::query("cursor", "Where the page begins: `next` of the page before.", text("^[0-9a-f]{1,400}$")),
        Parameter::query("limit", "Rows of a page.", number(1, 200)),
    ];
    let waiting = read(
        "/duplicates",
        ("duplicates", "duplicates"),
        "People who may stand in two households, and nobody looked yet: `reject-same-person` or `merge-into` answers.",
        OpenTo::WhoMay(Action::Household(Name::RejectSamePerson)),
        [own, area_parameters()].concat(),
        Some(Shape::of::<Doubles>()),
        get(queue),
    );
    let example = json!({
        "tambon": "460901",
        "members": [{"given_name": "สมหญิง", "family_name": "ใจดี", "birth": "1969-05"}]
    });
    let before = Operation {
        method: "post",
        path: format!("{}/duplicates/candidates", crate::web::V1),
        id: "duplicate_candidates".to_owned(),
        tag: "duplicates",
        summary: "Who may be here already, before a household is entered. Nothing is recorded.".to_owned(),
        open_to: OpenTo::WhoMay(Action::Household(Name::Identify)),
        parameters: Vec::new(),
        body: Some((Shape::of::<Unentered>(), example)),
        status: 200,
        answer: Some(Shape::of::<Candidates>()),
        failures: &[408, 413, 415, 422],
        route: post(candidates),
    };
    vec![waiting, before]
}
