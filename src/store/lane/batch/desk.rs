//! The part of a batch that desks have changed.

use std::collections::{HashMap, HashSet};

use sqlx::error::BoxDynError;

use super::{Batch, last_images};
use crate::domain::ids::{OrgId, TicketId};
use crate::store::lane::{Change, Existence, TicketImage};
use crate::store::rows::desk_configuration::{self, ConfigurationRow};
use crate::store::rows::row_key::RowKey;
use crate::store::rows::ticket::{self, TicketRow};
use crate::store::rows::ticket_comment::{self, CommentRow};
use crate::store::rows::ticket_message::{self, AttachmentRow, TicketMessageRow};

impl Batch {
    pub(super) fn add_desks(&mut self, changes: &[(&OrgId, &Change)]) -> Result<(), BoxDynError> {
        self.add_configuration(changes)?;
        self.add_tickets(changes)?;
        let said = changes.iter().flat_map(|(org, change)| change.ticket_messages.iter().map(move |one| (*org, one)));
        self.add(
            ticket_message::INSERT,
            &said.clone().map(|(org, one)| TicketMessageRow::of(org, one)).collect::<Vec<_>>(),
        )?;
        let files = said.flat_map(|(org, one)| AttachmentRow::of(org, &one.message));
        self.add(ticket_message::INSERT_ATTACHMENTS, &files.collect::<Vec<_>>())?;
        let noted = changes.iter().flat_map(|(org, change)| change.ticket_comments.iter().map(move |one| (*org, one)));
        self.add(ticket_comment::INSERT, &noted.map(|(org, one)| CommentRow::of(org, one)).collect::<Vec<_>>())
    }

    fn add_configuration(&mut self, changes: &[(&OrgId, &Change)]) -> Result<(), BoxDynError> {
        let mut last = HashMap::new();
        for (org, change) in changes {
            for (image, existence) in &change.desk_configuration {
                let (_, extent) = last.entry((*org, image.key())).or_insert((image, *existence));
                let existence = (*extent).max(*existence);
                last.insert((*org, image.key()), (image, existence));
            }
        }
        for (statement, existence) in
            [(desk_configuration::INSERT, Existence::New), (desk_configuration::UPDATE, Existence::Known)]
        {
            let of_this = last.iter().filter(|(_, (_, its))| *its == existence);
            let rows = of_this.map(|((org, _), (image, _))| ConfigurationRow::of(org, image));
            self.add(statement, &rows.collect::<Result<Vec<_>, _>>()?)?;
        }
        Ok(())
    }

    /// What a ticket says comes with the change that says it only: its last words are looked for in all images of it.
    fn add_tickets(&mut self, changes: &[(&OrgId, &Change)]) -> Result<(), BoxDynError> {
        let images = last_images(changes, |change| &change.tickets, |image| &image.ticket.id);
        let mut descriptions: HashMap<(&OrgId, &TicketId), &str> = HashMap::new();
        let mut reworded: HashSet<(&OrgId, &TicketId)> = HashSet::new();
        for (org, change) in changes {
            for (image, _) in &change.tickets {
                let key = (*org, &image.ticket.id);
                descriptions.extend(image.description.as_deref().map(|description| (key, description)));
                if image.reworded {
                    reworded.insert(key);
                }
            }
        }
        let row = |(org, image): &(&OrgId, &TicketImage)| {
            TicketRow::of(org, image, descriptions.get(&(*org, &image.ticket.id)).copied())
        };
        self.add(ticket::INSERT, &images.of(Existence::New).map(row).collect::<Vec<_>>())?;
        self.add(ticket::UPDATE, &images.of(Existence::Known).map(row).collect::<Vec<_>>())?;
        // The words of a ticket that is new in this batch were taken from its last image.
        let known: HashSet<_> = images.of(Existence::Known).map(|(org, image)| (*org, &image.ticket.id)).collect();
        let keys = reworded.iter().filter(|key| known.contains(*key)).map(|(org, id)| RowKey::of(org, id.as_str()));
        self.add(ticket::REWORD, &keys.collect::<Vec<_>>())
    }
}
