//! What can be chosen where a command names something: members, needs, referrals, agencies, places.

use std::collections::BTreeMap;

use events::area::directory::directory;
use events::area::{AreaCode, Level};

use crate::access::Caller;
use crate::case_view::CaseView;
use crate::rules::household::command::Name;
use crate::rules::instrument;
use crate::web::Web;
use crate::web::language::Language;
use crate::web::pages::days;
use crate::web::pages::locale::{code, fill, say};
use crate::web::pages::words::{area, person, short, slug, text};
use crate::web::problem::Problem;
use crate::web::refused::of_projection;

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// As the body says it.
    pub value: String,
    /// As people say it.
    pub label: String,
    /// Whether it is.
    pub chosen: bool,
}

/// What can be chosen, by the type that the schema names.
#[derive(Debug, Clone, Default)]
pub struct Choices(BTreeMap<&'static str, Vec<Choice>>);

impl Choices {
    /// What can be chosen for a type; none: it is typed.
    pub fn of(&self, of: &str) -> Option<&[Choice]> {
        self.0.get(of).map(Vec::as_slice).filter(|list| !list.is_empty())
    }

    /// Whether a type is chosen here, though there may be nothing to choose.
    pub fn knows(&self, of: &str) -> bool {
        self.0.contains_key(of)
    }

    fn put(&mut self, of: &'static str, list: impl IntoIterator<Item = (String, String)>) {
        let one = |(value, label)| Choice { value, label, chosen: false };
        self.0.insert(of, list.into_iter().map(one).collect());
    }

    /// What can be chosen before there is a household: places of the caller, and what the program knows.
    pub async fn anywhere(web: &Web, caller: &Caller, language: Language) -> Result<Self, Problem> {
        let mut all = Self::default();
        all.put("AreaCode", tambons(&caller.scope.areas, language));
        all.put("instrument", instrument::all().map(|it| (it.id.clone(), worded(language, &it.title).to_owned())));
        let asked = instrument::all().flat_map(|it| &it.indicators);
        all.put("indicator", asked.map(|it| (it.code.clone(), worded(language, &it.text).to_owned())));
        all.put("StaffId", [(caller.staff.to_string(), say(language, "choice.myself"))]);
        let agencies = web.0.read_model.agencies().await.map_err(|error| of_projection(&error))?;
        let named = |th: &str, en: &str| if language == Language::Thai { th.to_owned() } else { en.to_owned() };
        let services = agencies.iter().flat_map(|agency| {
            let open = agency.services.iter().filter(|it| !it.paused);
            open.map(|it| {
                (
                    it.service.clone(),
                    format!("{} – {}", named(&it.name_th, &it.name_en), named(&agency.name_th, &agency.name_en)),
                )
            })
        });
        all.put("service", services);
        all.put("AgencyId", agencies.iter().map(|it| (it.id.to_string(), named(&it.name_th, &it.name_en))));
        let models = web.0.read_model.models().await.map_err(|error| of_projection(&error))?;
        all.put("ModelId", models.iter().map(|it| (it.id.to_string(), named(&it.name_th, &it.name_en))));
        Ok(all)
    }

    /// The same with these areas to choose from.
    #[must_use]
    pub fn with_areas(mut self, areas: Vec<(String, String)>) -> Self {
        self.put("AreaCode", areas);
        self
    }

    /// The same with these provinces to choose from.
    #[must_use]
    pub fn with_provinces(mut self, provinces: Vec<(String, String)>) -> Self {
        self.put("province", provinces);
        self
    }

    /// The same with what one household has, for one command to it.
    #[must_use]
    pub fn within(mut self, view: &CaseView, name: Name, language: Language) -> Self {
        let called = |id: &events::id::PersonId| {
            let member = view.members.iter().find(|it| it.person == *id);
            member.map_or_else(|| short(id), |it| member_name(it, language))
        };
        // Who left has rights all the same.
        let of_left = matches!(name, Name::ReceiveRightsRequest | Name::ErasePersonalData);
        let members = view.members.iter().filter(|it| of_left || it.left_on.is_none());
        self.put("PersonId", members.map(|it| (it.person.to_string(), member_name(it, language))));
        let needs = view.needs.iter().filter(|it| it.closed.is_none());
        self.put("NeedId", needs.map(|it| (it.need.to_string(), need_name(view, it.need, language))));
        let open = view.referrals.iter().filter(|it| it.ended_on.is_none());
        let agencies = self.0.get("AgencyId").cloned().unwrap_or_default();
        let agency = |id: String| agencies.iter().find(|it| it.value == id).map_or(short(&id), |it| it.label.clone());
        let referral = |it: &crate::case_view::ReferralView| {
            let need = need_name(view, it.need, language);
            (it.referral.to_string(), format!("{need} → {}", agency(it.agency.to_string())))
        };
        self.put("ReferralId", open.map(referral).collect::<Vec<_>>());
        let help = view.help.iter().filter(|it| it.reversed.is_none());
        self.put(
            "AssistanceId",
            help.map(|it| (it.assistance.to_string(), format!("{} {}", it.kind, days::day(language, it.on)))),
        );
        let assessed = view.assessments.iter();
        self.put("AssessmentId", assessed.map(|it| (it.assessment.to_string(), days::day(language, it.on))));
        let consents = view.consents.iter();
        self.put("ConsentId", consents.map(|it| (it.consent.to_string(), days::day(language, it.on))));
        let complaints = view.complaints.iter();
        self.put("ComplaintId", complaints.map(|it| (it.complaint.to_string(), days::day(language, it.on))));
        let requests = view.rights_requests.iter();
        let request = |it: &crate::case_view::RightsRequestView| {
            (it.request.to_string(), format!("{} {}", called(&it.person), days::day(language, it.on)))
        };
        self.put("RightsRequestId", requests.map(request).collect::<Vec<_>>());
        self
    }
}

/// What a member is called; by place in the house where the reader sees no names.
pub fn member_name(member: &crate::case_view::MemberView, language: Language) -> String {
    let relation = code(language, "Relation", &slug(&member.relation));
    match person(&member.details) {
        Some(name) => name,
        None => fill(language, "member.without_name", &[&relation]),
    }
}

/// What a need is about, in its own words where the reader sees them.
pub fn need_name(view: &CaseView, need: events::id::NeedId, language: Language) -> String {
    let Some(it) = view.needs.iter().find(|it| it.need == need) else { return short(need) };
    let capital = fill(language, "capital.of", &[&code(language, "Capital", it.capital.as_str())]);
    let said = it.words.as_ref().filter(|it| it.value.is_some()).map(|it| text(language, it));
    said.filter(|it| !it.is_empty()).unwrap_or(capital)
}

fn worded(language: Language, wording: &instrument::Wording) -> &str {
    match language {
        Language::Thai => &wording.th,
        Language::English => &wording.en,
    }
}

/// The tambons within some areas, each with its district.
fn tambons(areas: &[AreaCode], language: Language) -> Vec<(String, String)> {
    let mut found: Vec<AreaCode> = Vec::new();
    for code in areas {
        if code.level() == Level::Tambon {
            found.push(*code);
        }
        found.extend(directory().within(*code).map(|it| it.code).filter(|it| it.level() == Level::Tambon));
    }
    found.sort_unstable();
    found.dedup();
    let named = |it: AreaCode| {
        let amphoe = it.amphoe().map(|it| area(language, it)).unwrap_or_default();
        (it.to_string(), fill(language, "where.without_moo", &[&area(language, it), &amphoe]))
    };
    found.into_iter().map(named).collect()
}
