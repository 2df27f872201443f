use super::{posts::taken, seen_post};
use crate::{
    Page, PageRequest, Record, Store, StoreError, Stored, TxError,
    change::Change,
    item::{item, read, text},
    keys::{self, Index, SK},
    page::List,
    table::take,
    transaction::{Transaction, done},
};
use domain::{
    AccountId, PostId, Product,
    community::{Post, Report, ReportCase},
};

/// What a report is checked against.
#[derive(Debug)]
pub struct ReportContext {
    pub post: Option<Stored<Post>>,
    /// The open case of the post.
    pub case: Option<ReportCase>,
    /// What the member last reported of it.
    pub report: Option<Report>,
}

/// Why a report was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportRefused {
    /// The post was deleted or hidden meanwhile.
    PostGone,
    /// The case or the member's own report changed since they were read.
    Moved,
}

/// More reports than these tell a moderator nothing new.
const REPORTS_SHOWN: u32 = 200;

impl<E: Clone> Transaction<E> {
    /// Closes the case of a post, if there is one; its reports belong to no case from then on.
    pub(super) fn close_case(&mut self, store: &Store, product: Product, post: PostId) {
        self.delete(store, &keys::report_case(product, post), &Change::default(), None);
    }
}

impl Store {
    /// A post, its open case and a member's last report of it, in one read.
    pub async fn report_context(&self, product: Product, post: PostId, member: AccountId) -> Result<ReportContext, StoreError> {
        let keys = [keys::post(product, post), keys::report_case(product, post), keys::report(product, post, member)];
        let mut found = self.batch_get(&keys).await?;
        let [post, case, report] = &keys;
        Ok(ReportContext { post: taken(&mut found, post)?, case: take(&mut found, case)?, report: take(&mut found, report)? })
    }

    /// Keeps a member's report and adds it to the post's case, or opens one, over what was read.
    pub async fn report_post(
        &self,
        product: Product,
        case: &ReportCase,
        report: &Report,
        last: Option<&Report>,
    ) -> Result<(), TxError<ReportRefused>> {
        let post = case.post_id;
        let mut tx = Transaction::new();
        tx.check(self, &keys::post(product, post), &seen_post(), ReportRefused::PostGone);
        let reporter = report.reporter.id;
        let entry = keys::report_entry(product, post, reporter, report.created_at);
        let kept = item(&keys::report(product, post, reporter), &[entry], report)?;
        match last {
            None => tx.create(self, kept, ReportRefused::Moved),
            Some(last) => {
                tx.replace(self, kept, &Change::default().when("case_of", &last.case_of), ReportRefused::Moved);
            }
        }
        let key = keys::report_case(product, post);
        if case.reports == 1 {
            let entry = keys::case_entry(product, post, case.opened_at);
            tx.create(self, item(&key, &[entry], case)?, ReportRefused::Moved);
        } else {
            let added = Change::default()
                .add("reports", 1)
                .set("last_reason", &case.last_reason)
                .set("last_reported_at", &case.last_reported_at)
                .when("opened_at", &case.opened_at);
            tx.update(self, &key, &added, ReportRefused::Moved);
        }
        tx.commit(self).await
    }

    /// The cases that wait for a moderator, the latest first.
    pub async fn reported_posts(&self, product: Product, page: PageRequest) -> Result<Page<ReportCase>, StoreError> {
        self.page(List::of_index(Index::All, keys::reported_posts(product)).newest_first(), page).await
    }

    /// What a member reported, the latest first.
    pub async fn reports_by(&self, product: Product, reporter: AccountId, page: PageRequest) -> Result<Page<Report>, StoreError> {
        self.page(List::of_index(Index::Own, keys::reports_by(product, reporter)).newest_first(), page).await
    }

    /// The open case of a post with its reports.
    pub async fn case_of(&self, product: Product, post: PostId) -> Result<Option<(ReportCase, Vec<Report>)>, StoreError> {
        let list = List::of_table(keys::discussion(product, post)).starting_with(keys::REPORTS).newest_first();
        let (items, _) = self.query(&list, &PageRequest::first(REPORTS_SHOWN)).await?;
        let mut items = items.into_iter();
        let case_key = keys::report_case(product, post).sk;
        let Some(case) = items.next().filter(|item| text(item, SK) == Some(&case_key)) else { return Ok(None) };
        let case: ReportCase = read(case)?;
        let mut reports = items.map(read).collect::<Result<Vec<Report>, _>>()?;
        reports.retain(|report| report.case_of == case.opened_at);
        Ok(Some((case, reports)))
    }

    /// Closes a case over what was read; false when it is closed already.
    pub async fn dismiss_case(&self, product: Product, case: &ReportCase, record: &Record) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        let open = Change::default().when("opened_at", &case.opened_at);
        tx.delete(self, &keys::report_case(product, case.post_id), &open, Some(()));
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }
}
