#!/usr/bin/env bash
# Sets an empty deployment up, from the first admin to a confirmed booking.
#
#   cargo run -- --empty --in-memory        # in another terminal
#   cargo build -p console && console/examples/set-up.sh
#
# CONSOLE is the binary, CONSOLE_URL the local server. The mentee's steps go by curl, since they are not an operator's.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
console=${CONSOLE:-$here/../../target/debug/console}
export CONSOLE_URL=${CONSOLE_URL:-http://127.0.0.1:3000}
export CONSOLE_PASSWORD=${CONSOLE_PASSWORD:-a-password-of-some-length}

step() { printf '\n== %s\n' "$1"; }

# The first id of a list or of what was created.
first_id() { "$console" "$@" --output json | sed -n 's/^ *"id": "\([^"]*\)".*/\1/p' | head -n 1; }

# A field of an answer to curl.
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

post() { curl --silent --show-error --fail-with-body -H 'content-type: application/json' "$@"; }

step "The first admin"
"$console" --local admin bootstrap --email admin@example.com --name "Ada Admin"
"$console" login --email admin@example.com

step "Companies, plans, slots, links"
"$console" import companies "$here/companies.csv"
"$console" plans create --plan-id growth --name Growth --price 499900 --months 3 \
    --mock-interviews 3 --resume-reviews 2 --ai-tools all --feature "3 Mock Interviews" --feature "2 Resume Reviews"
from=$(date -u -d '+7 days' +%F 2>/dev/null || date -u -v+7d +%F)
to=$(date -u -d '+20 days' +%F 2>/dev/null || date -u -v+20d +%F)
"$console" slots create-series --from "$from" --to "$to" --weekdays mon,wed --start 18:00 --end 19:00 --tz Asia/Kolkata
"$console" import meet-links "$here/meet-links.csv"

step "A mentor"
mentor=$(first_id mentors create --name "Mira Mentor" --email mira@example.com)
"$console" mentors list

step "A mentee registers, buys the plan and asks for a session"
token=$(post "$CONSOLE_URL/api/auth/register-free" \
    -d '{"name":"Asha Mentee","email":"asha@example.com","password":"another-long-password"}' | field access_token)
order=$(post -H "authorization: Bearer $token" "$CONSOLE_URL/api/payment/create-order" -d '{"plan_id":"growth"}' | field razorpay_order_id)
"$console" --local webhooks trigger payment.captured --order "$order"
until [ "$("$console" orders show "$order" --output json | sed -n 's/^ *"status": "\([^"]*\)".*/\1/p')" = paid ]; do
    waited=$((${waited:-0} + 1))
    [ "$waited" -le 60 ] || { echo "the payment was not settled" >&2; exit 1; }
    sleep 0.5
done
company=$(first_id companies list)
slot=$(first_id slots list --status available)
booking=$(post -H "authorization: Bearer $token" "$CONSOLE_URL/api/mentee/booking-request" \
    -d "{\"company_id\":\"$company\",\"slot_ids\":[\"$slot\"]}" | sed 's/^{"id":"\([^"]*\)".*/\1/')

step "The admin confirms it"
"$console" bookings confirm "$booking" --mentor "$mentor" --slot "$slot"
"$console" bookings list
"$console" --local doctor

printf '\nA session is agreed on. Its mails are at %s/_local/inbox\n' "$CONSOLE_URL"
