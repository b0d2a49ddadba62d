//! Hear what the village says of a household.

use chrono::NaiveDate;
use events::facts::household::{HouseholdEvent, PanelFinding, PanelHeld};
use events::id::PanelId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::record::words::{self, Said};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Notes what the village panel said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldPanel {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// How many people took part.
    pub attended: u16,
    /// What they said.
    pub finding: PanelFinding,
    /// In words.
    #[serde(default)]
    pub remarks: Option<Said>,
}

impl Rule for HoldPanel {
    const RECORDS: &'static [&'static str] = &["PanelHeld"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.open().map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        if self.attended == 0 || self.attended > 5_000 {
            fields.wrong("/attended", "out_of_range", "ผู้เข้าร่วม 1–5000 คน", "must be 1 to 5,000 people");
        }
        words::check("/remarks", self.remarks.as_ref(), case, &mut fields);
        fields.finish()?;
        Ok(Decision::fact(HouseholdEvent::PanelHeld(PanelHeld {
            panel: PanelId(asked.mint("panel")),
            happened_on: on,
            attended: self.attended,
            finding: self.finding,
            remarks: words::sealed("panel.remarks", self.remarks.as_ref(), asked),
        })))
    }
}
