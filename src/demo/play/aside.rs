//! Steps that can only be written once it is known how things stand: who takes part, what was scored, which need is open.

use events::clock::day_of;
use events::facts::household::{NeedClosedBecause, PrioritisedBy};
use events::facts::model::{MODEL, ModelEvent, Share};
use events::id::{HouseholdId, NeedId, PaymentId};
use events::log::StreamId;
use events::money::Baht;

use super::{Play, unseen};
use crate::access::Caller;
use crate::demo::models;
use crate::demo::plan::DemoError;
use crate::desk::{ModelCommand, Order};
use crate::rules::household::command::{CloseNeed, PrioritiseNeed, RecordModelResult, RescoreAssessment};
use crate::rules::household::{Case, Command};
use crate::rules::model::{Model, SharePayment};

/// So many households share one payment at most.
const SHARERS: usize = 6;

impl Play<'_> {
    /// How a household stands, if work on it is not over.
    async fn standing(&self, id: HouseholdId) -> Result<Option<Case>, DemoError> {
        let (loaded, _) = self.desk.load_household(id, false).await.map_err(|source| unseen(id, source))?;
        Ok(loaded.state.not_closed().ok().cloned())
    }

    /// What somebody lacks who has left or died by now is a need of the household: a need is of a member.
    pub(super) async fn lacked_by_whom(&self, order: &mut Order) -> Result<(), DemoError> {
        if let Order::Household { id, command: Command::RecordNeed(need) } = order
            && let Some(person) = need.person
            && let Some(case) = self.standing(*id).await?
            && case.present().all(|(member, _)| *member != person)
        {
            need.person = None;
        }
        Ok(())
    }

    /// The last survey is scored again.
    pub(super) async fn rescored(&self, id: HouseholdId) -> Result<Option<Command>, DemoError> {
        let case = self.standing(id).await?;
        let last = case.as_ref().and_then(Case::last_complete);
        Ok(last.map(|last| Command::RescoreAssessment(RescoreAssessment { happened_on: None, assessment: last.id })))
    }

    /// The first need that is open becomes the most urgent one.
    pub(super) async fn prioritised(&self, id: HouseholdId) -> Result<Option<Command>, DemoError> {
        let Some(case) = self.standing(id).await? else { return Ok(None) };
        let open = case.needs.iter().find(|(_, need)| need.open);
        Ok(open.map(|(need, _)| {
            let by = PrioritisedBy::Household;
            Command::PrioritiseNeed(PrioritiseNeed { happened_on: None, need: *need, priority: 1, by })
        }))
    }

    /// A need is closed, if it is still open.
    pub(super) async fn closed_need(&self, id: HouseholdId, need: NeedId) -> Result<Option<Command>, DemoError> {
        let Some(case) = self.standing(id).await? else { return Ok(None) };
        let because = NeedClosedBecause::NoLonger;
        let open = case.needs.get(&need).is_some_and(|need| need.open);
        Ok(open.then_some(Command::CloseNeed(CloseNeed { happened_on: None, need, because })))
    }

    /// A buyer pays at once, the group divides it, and each household's history gets its own share.
    pub(super) async fn share(&mut self, caller: &Caller, word: &str, at: usize) -> Result<(), DemoError> {
        let id = models::id(self.world, at);
        let world = self.world;
        let Some(sold) = world.models.get(at) else { return Ok(()) };
        let mut model = Model::default();
        for event in self.desk.log().stream(&StreamId::new(MODEL, id.to_string()), 0).await? {
            if let Ok(fact) = serde_json::from_value::<ModelEvent>(event.payload) {
                model.evolve(&fact);
            }
        }
        let Some(cycle) = models::cycle_on(self.world, at, day_of(self.clock.now())) else { return Ok(()) };
        let taken_by = model.known.map(|known| known.taken_by).unwrap_or_default();
        let households: Vec<_> = taken_by.into_iter().take(SHARERS).collect();
        if households.len() < 2 {
            return Ok(());
        }
        let share = |n: i32| Baht::whole(900 + 150 * n);
        let shares: Vec<_> = households
            .iter()
            .zip(0..)
            .map(|(household, n)| Share { household: *household, amount: share(n) })
            .collect();
        // A tenth stays with the group for the next seed.
        let sum: i64 = shares.iter().map(|share| share.amount.satang()).sum();
        let payment = PaymentId::derived(id.0, word);
        let share = SharePayment {
            happened_on: None,
            payment: Some(payment),
            cycle,
            payer: Some(crate::demo::agencies::id(world, sold.buyer(world)?)),
            total: Baht::from_satang(sum + sum / 10),
            shares,
        };
        self.submit(caller, word, Order::Model { id, command: ModelCommand::SharePayment(share) }).await?;
        let supervisor = self.world.staff.caller(self.world.staff.supervisor(sold.district))?.clone();
        for (household, n) in households.into_iter().zip(0..) {
            let result = RecordModelResult {
                happened_on: None,
                model: id,
                cycle,
                product: sold.kind.product.0.to_owned(),
                unit: "kg".to_owned(),
                produced: None,
                earned: None,
                payment: Some(payment),
            };
            let order = Order::Household { id: household, command: Command::RecordModelResult(result) };
            self.submit(&supervisor, &format!("{word}/{n}"), order).await?;
        }
        Ok(())
    }
}
