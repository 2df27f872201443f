//! `console leads`: what is done beside the API, for LeadBridge.

use crate::{Console, Failure, Outcome, direct::Direct, terminal};
use app::leads::{ContactKeys, Leads};
use clap::{Args, Subcommand};
use domain::Product;
use serde_json::json;
use store::PageRequest;

/// So many leads are looked at in one go.
const AT_ONCE: u32 = 100;

/// About leads.
#[derive(Debug, Subcommand)]
pub enum LeadsCommand {
    /// Seal all contact data under the current key, with AWS credentials or --local; then the previous key may go.
    RotateKeys(RotateArgs),
}

/// How.
#[derive(Debug, Args)]
pub struct RotateArgs {
    /// Say what would happen, and do nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Carries it out. Doing it again, or after it broke off, seals only what another key still holds.
pub async fn run(console: &Console, LeadsCommand::RotateKeys(args): LeadsCommand) -> Outcome {
    console.is_for(Product::LeadBridge)?;
    let direct = Direct::open(console).await?;
    let keys = ContactKeys::from_settings(&direct.platform.settings)?;
    let (store, key_id) = (&direct.platform.store, keys.current_id().to_owned());
    if !args.dry_run {
        terminal::confirm("Seal the contact data of all leads under the current key?", console.yes)?;
    }
    let leads = Leads::new(store.clone(), keys);
    let (cx, mut sealed, mut page) = (direct.context(), 0, PageRequest::first(AT_ONCE));
    console.interrupts.finish_rows();
    loop {
        let next = if args.dry_run {
            let found = store.leads(Product::LeadBridge, None, page).await?;
            let other = |sealed: &domain::lead::SealedContact| sealed.key_id != key_id;
            sealed += found.items.iter().filter(|lead| lead.value.contact.as_ref().is_some_and(other)).count();
            found.next
        } else {
            let done = leads.reseal(&cx, page).await.map_err(Failure::because)?;
            sealed += done.resealed;
            done.next
        };
        let stopped = console.interrupts.asked();
        let done = next.is_none();
        if done || stopped {
            let report = json!({ "dry_run": args.dry_run, "key": key_id, "sealed": sealed, "interrupted": stopped && !done });
            console.output.object(&report)?;
            return if done { Ok(()) } else { Err(Failure::Interrupted) };
        }
        page = PageRequest { limit: AT_ONCE, after: next };
    }
}
