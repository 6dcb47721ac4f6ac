//! Every statement and every row type, held against the tables.

use sqlx::Executor;

use crate::store::*;

#[tokio::test]
async fn every_statement_is_one_that_postgres_understands() {
    let mut connection = throwaway::database().connect().await.unwrap();
    let others = [
        rows::entry::OPEN_AND_LATELY_ENDED,
        rows::entry::BY_ID,
        rows::service_point::ALL,
        rows::contact::EXISTS,
        rows::contact::BY_ID,
        rows::contact::NAMES,
        rows::service_point::EXISTS,
        rows::event::BY_CONTACT,
        rows::event::COUNT_BY_CONTACT,
        rows::idempotency::BY_KEYS,
        rows::idempotency::FORGET,
        rows::handover::TRAVELLING,
        rows::handover::STATE,
        rows::message::DUE,
        rows::message::NEXT_DUE,
        rows::message::BY_ID,
        rows::message::NEWEST,
        rows::message::COUNT,
        rows::definition::ALL,
        rows::staff::ALL,
        rows::reservation::REMEMBERED,
        rows::hold::ALL,
        rows::waitlist::OPEN,
        rows::desk_configuration::ALL,
        rows::ticket::REMEMBERED,
        rows::ticket::LAST_NUMBERS,
        rows::acknowledgement::OF_LATE,
        orgs::ALL,
        orgs::BY_ID,
        orgs::ADD,
        load::DATABASE_TIME,
    ];
    let batch: Vec<&str> = lane::batch::Batch::of(&[], 0).unwrap().statements.iter().map(|one| one.text).collect();
    let all = fence::STATEMENTS.iter().chain(&node::STATEMENTS).chain(&outbox::STATEMENTS).chain(&batch);
    let all = all.chain(&read::reservations::STATEMENTS).chain(&read::tickets::STATEMENTS);
    let all = all.chain(&read::threads::STATEMENTS).chain(&read::conversations::STATEMENTS);
    for statement in all.chain(&read::STATEMENTS).chain(&others) {
        use sqlx::SqlSafeStr;
        let prepared = connection.prepare(statement.into_sql_str()).await;
        assert!(prepared.is_ok(), "{statement}\n{:?}", prepared.err());
    }
}

#[tokio::test]
async fn every_row_has_the_columns_of_its_type_in_their_order() {
    let mut connection = throwaway::database().connect().await.unwrap();
    let rows = [
        columns_of::<rows::contact::ContactRow>(),
        columns_of::<rows::entry::EntryRow>(),
        columns_of::<rows::event::EventRow>(),
        columns_of::<rows::handover::HandoverRow<'_>>(),
        columns_of::<rows::message::MessageRow<'_>>(),
        columns_of::<rows::handover::HandoverEndRow<'_>>(),
        columns_of::<rows::idempotency::FirstAnswerRow<'_>>(),
        columns_of::<rows::service_point::ServicePointRow>(),
        columns_of::<rows::service_point::CountersRow<'_>>(),
        columns_of::<rows::definition::DefinitionRow>(),
        columns_of::<rows::staff::StaffRow>(),
        columns_of::<rows::template::TemplateRow>(),
        columns_of::<rows::reservation::ReservationRow>(),
        columns_of::<rows::spot::SpotRow<'_>>(),
        columns_of::<rows::hold::HoldRow>(),
        columns_of::<rows::waitlist::WaitlistRow>(),
        columns_of::<rows::row_key::RowKey<'_>>(),
        columns_of::<rows::ticket::TicketRow>(),
        columns_of::<rows::ticket_message::TicketMessageRow>(),
        columns_of::<rows::ticket_message::AttachmentRow<'_>>(),
        columns_of::<rows::ticket_comment::CommentRow>(),
        columns_of::<rows::desk_configuration::ConfigurationRow>(),
    ];
    for (name, columns) in rows {
        let attributes = "SELECT attname::text FROM pg_attribute
            WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum";
        let found: Vec<String> = sqlx::query_scalar(attributes).bind(name).fetch_all(&mut connection).await.unwrap();
        assert_eq!(columns, found, "{name}");
    }
}

fn columns_of<R: rows::row_type::RowType>() -> (&'static str, &'static [&'static str]) {
    (R::NAME, R::COLUMNS)
}
