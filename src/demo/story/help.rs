//! Help without a referral, operating models, visits and surveys while help is under way.

use events::facts::household::{
    Capital, ConfirmedHow, Dimension, Evidence, PartOf, Received, RetractReason, ReversedBecause, Worth,
};
use events::id::{AgencyId, AssistanceId, ModelId, PaymentId};
use events::money::Baht;

use super::Tale;
use crate::demo::agencies;
use crate::demo::models;
use crate::demo::plan::DemoError;
use crate::demo::script::{Act, Cursor};
use crate::demo::survey;
use crate::rules::household::Command;
use crate::rules::household::command::EnrolInModel;
use crate::rules::household::command::RecordIncome;
use crate::rules::household::command::{ConfirmAssistance, DeliverAssistance, ReverseAssistance};

impl Tale<'_> {
    /// Somebody helps who was never asked.
    pub(super) fn is_helped_directly(&mut self, at: Cursor) {
        if self.chance().percent(28) {
            let (at, help) = self.gets_help(at);
            if self.chance().percent(9) {
                self.is_reversed(at, help);
            }
        }
    }

    /// The next delivery's id.
    pub(super) fn next_help(&mut self) -> AssistanceId {
        let word = self.next_word();
        AssistanceId::derived(self.home.id.0, &format!("help/{word}"))
    }

    /// The household says what arrived, mostly all of it.
    pub(super) fn is_confirmed(&mut self, mut at: Cursor, assistance: AssistanceId) {
        if !self.chance().percent(38) {
            return;
        }
        let days = self.chance().between(1, 20);
        at.later(days);
        let how = self.chance().pick(&[ConfirmedHow::Told, ConfirmedHow::Signed]);
        let received = self.chance().weighted(&[(90, Received::Yes), (8, Received::Partly), (2, Received::No)]);
        let confirm = ConfirmAssistance { happened_on: Some(at.day), assistance, how, received };
        self.script.ask(&mut at, self.caseworker, Command::ConfirmAssistance(confirm));
    }

    /// It turns out that it went elsewhere.
    fn is_reversed(&mut self, mut at: Cursor, assistance: AssistanceId) {
        let days = self.chance().between(2, 30);
        at.later(days);
        let because = self.chance().pick(&[
            ReversedBecause::DidNotArrive,
            ReversedBecause::GivenToAnother,
            ReversedBecause::GivenTwice,
        ]);
        let reverse = ReverseAssistance { happened_on: Some(at.day), assistance, because };
        self.script.ask(&mut at, self.supervisor, Command::ReverseAssistance(reverse));
    }

    /// Rice, money or work from the temple, or from nobody that is known.
    pub(super) fn gets_help(&mut self, mut at: Cursor) -> (Cursor, AssistanceId) {
        let days = self.chance().between(5, 90);
        at.later(days);
        let late = self.lateness();
        let amount = Baht::whole(self.chance().between(2, 30) * 100);
        let (kind, capital, worth) = self.chance().pick(&[
            ("rice_and_food", Capital::Economic, Worth::InKind { worth: None }),
            ("money_gift", Capital::Economic, Worth::Baht { amount }),
            ("neighbours_work", Capital::Social, Worth::InKind { worth: Some(amount) }),
        ]);
        let temple = self.world.agencies.named("temple", self.lao.province).ok();
        let agency = temple.filter(|_| self.chance().percent(55)).map(|at| agencies::id(self.world, at));
        let assistance = self.next_help();
        let deliver = DeliverAssistance {
            happened_on: Some(at.day),
            assistance: Some(assistance),
            kind: kind.to_owned(),
            capital,
            dimension: Dimension::Living,
            worth,
            part_of: None,
            beneficiaries: Vec::new(),
            agency,
            referral: None,
            model: None,
        };
        let again = DeliverAssistance { assistance: None, ..deliver.clone() };
        self.script.ask_late(&mut at, late, self.caseworker, Command::DeliverAssistance(deliver));
        // Two people enter the same help, and one takes it back.
        if self.chance().percent(6) {
            let step = self.script.ask(&mut at, self.caseworker, Command::DeliverAssistance(again));
            self.is_taken_back(at, step, RetractReason::EnteredTwice);
        }
        (at, assistance)
    }

    /// Joins its district's model, if there is a pair of hands and a place. What follows hangs on the place.
    pub(super) fn joins_a_model(&mut self, at: Cursor) {
        if self.home.worker().is_some() && self.chance().percent(19) {
            self.joins(at, 75);
        }
    }

    /// Joins within so many days.
    pub(super) fn joins(&mut self, mut at: Cursor, within: i64) {
        let Some((place, model)) = models::of_district(self.world, self.lao.district) else { return };
        let Ok(buyer) = model.buyer(self.world).map(|at| agencies::id(self.world, at)) else { return };
        let model = model.kind;
        let id = models::id(self.world, place);
        at.thread = self.script.thread();
        let days = self.chance().between(6, within);
        at.later(days);
        let enrol = Command::EnrolInModel(EnrolInModel { happened_on: Some(at.day), model: id });
        self.script.enter(&mut at, 0, self.caseworker, Act::Try { command: Box::new(enrol), else_ask: None });
        let days = self.chance().between(7, 40);
        at.later(days);
        let (kind, baht) = model.kit;
        let deliver = |at: &Cursor, kind: &str, amount: i32| {
            Command::DeliverAssistance(DeliverAssistance {
                happened_on: Some(at.day),
                assistance: None,
                kind: kind.to_owned(),
                capital: Capital::Economic,
                dimension: Dimension::Income,
                worth: Worth::InKind { worth: Some(Baht::whole(amount)) },
                part_of: None,
                beneficiaries: Vec::new(),
                agency: Some(buyer),
                referral: None,
                model: Some(id),
            })
        };
        let first = deliver(&at, kind, baht);
        self.script.ask(&mut at, self.caseworker, first);
        let days = self.script.chance.between(50, 100);
        at.later(days);
        let again = deliver(&at, "seedlings_and_advice", 900);
        self.script.ask(&mut at, self.caseworker, again);
        if model.shared {
            self.gets_a_share(at, id, buyer);
        }
        self.tells_income(at, 30);
        self.tells_what_it_brought(at, place);
    }

    /// The buyer pays for the plot once a month; each household that works on it gets a share.
    fn gets_a_share(&mut self, mut at: Cursor, model: ModelId, buyer: AgencyId) {
        let days = self.chance().between(10, 30);
        at.later(days);
        let payment = PaymentId::derived(self.world.root, &format!("plots/{}", at.day.format("%Y-%m")));
        let deliver = DeliverAssistance {
            happened_on: Some(at.day),
            assistance: None,
            kind: "plot_payment".to_owned(),
            capital: Capital::Economic,
            dimension: Dimension::Income,
            worth: Worth::Baht { amount: Baht::whole(1_500) },
            part_of: Some(PartOf { payment, total: Baht::whole(18_000), shares: 12 }),
            beneficiaries: self.home.worker().into_iter().collect(),
            agency: Some(buyer),
            referral: None,
            model: Some(model),
        };
        self.script.ask(&mut at, self.caseworker, Command::DeliverAssistance(deliver));
    }

    /// Income is noted between two surveys.
    pub(super) fn tells_income(&mut self, mut at: Cursor, days: i64) {
        let more = self.chance().between(0, 60);
        at.later(days + more);
        let means = self.means.better(8, &mut self.script.chance);
        let residents = self.home.residents();
        let money = survey::money(&means, residents, false, &mut self.script.chance);
        let evidence = self.chance().pick(&[Evidence::Told, Evidence::Told, Evidence::Seen]);
        let late = self.lateness();
        let record = RecordIncome { happened_on: Some(at.day), money, evidence };
        self.script.ask_late(&mut at, late, self.caseworker, Command::RecordIncome(record));
    }

    /// Visits every quarter as long as somebody keeps it up, and a survey half a year after the first.
    pub(super) fn is_followed_up(&mut self, at: Cursor) -> Result<(), DemoError> {
        let mut visits = at;
        while self.chance().percent(72) {
            let days = self.chance().between(55, 125);
            visits.later(days);
            self.is_seen_again(&mut visits);
            self.is_looked_after(visits);
        }
        if self.chance().percent(20) {
            self.tells_income(at, 60);
        }
        let mut survey = at;
        while self.chance().percent(62) {
            let days = self.chance().between(184, 290);
            survey.later(days);
            let by = self.chance().between(-4, 16);
            self.means = self.means.better(by, &mut self.script.chance);
            self.is_surveyed(&mut survey, 0)?;
        }
        Ok(())
    }
}
