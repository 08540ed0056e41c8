/** What the figures of an evaluation mean; the part of the page that does not change with them. */
export const about = `# Evaluation

\`greenroom evaluate\` lives through weeks of a building with the real gateway in the loop: devices report, the gateway judges, forecasts and
tells people, people act and reply. All of it in virtual time, from a scenario and a seed alone: the same arguments print the same bytes.

\`\`\`
greenroom evaluate --rooms 200 --days 20 --seeds 1..5 --scenario normal --json
greenroom evaluate --scenario mine.json --policies act-by,threshold-4h --explain
greenroom evaluate --curve --scenario lean-staff
greenroom evaluate --forecast --data FOLDER --horizons 30,60,90,120
greenroom evaluate --figures --rooms 200 --days 20 --seeds 1..5
\`\`\`

\`--explain\` lists on standard error each visit that still failed and each call for nothing, with what was wrong and what was said when.

## The world

Rooms with heat, air and people by the minute; a calendar with no-shows, overruns and client visits; faults of gear, sensors, plant and
network; staff in pools. Every rate is a value of the scenario ([reference](reference/scenario.md)); those without a source are assumed. The
first days only teach (nobody is told anything), the days after them are scored. Between days devices sleep and report hourly.
Weekends are empty.

The gateway gets what devices, calendar and people say, and nothing else of the world. Staff act on messages and nudges: they go to what
is really wrong, whatever the message calls it, take as long as that takes, and reply what they saw (where a sensor
lies, that nothing is wrong). A job's luck hangs on the fault or the visit, never on the policy; whoever is sent a second time has luck of their own. Nudges about one visit succeed or fail together. A host whose visit is
offered a room that is kept for it takes it while there is time; one who was told of a room that is kept in case looks at their own first.

**What stays wrong untouched** is known from the world without anybody in it. The forecasts are scored in a **twin** in which the gateway
speaks and nobody hears.

## Policies

| policy | what it does |
|---|---|
| \`act-by\` | the gateway as it is shipped, with its default policy; one desk gets the first message, a lead, the next remedy's owner and the host the later ones |
| \`threshold\` | every 5 min, every room: gear bad for 5 min, temperature out of band after 08:00, CO₂ above 1,220 ppm |
| \`threshold-4h\` | the same in rooms with a visit within 4 h |
| \`fixed-30\`, \`-60\`, \`-120\` | looks at a visit's room once, so many minutes before, and calls for what is wrong then |
| \`clairvoyant\` | knows which visits will fail, of what, and what is broken now; the same staff. Temperature from 75 min before on, as in the prototype |
| \`clairvoyant-240\` | temperature from 240 min before on, again whenever somebody has seen to it: as much as can be mended in a room at all |

The simple policies see the last word of every device. They know no overrun and no calendar, so the fair columns are those of gear and air.

## What is counted

Shares are 0–1 in JSON. Each figure is the mean over seeds; \`_sd\` beside it is the spread over seeds.

| figure | what it is |
|---|---|
| \`would_fail\` | visits with something wrong at arrival if nobody acts: display, codec or switch (visits with a call), microphone (likewise), temperature outside category II by more than 0.05 K, CO₂ above 1,220 ppm, the meeting before still there, the reset not made (where there were 15 min for it) |
| \`rescued_own\` | of those: nothing wrong with their own room at arrival |
| \`rescued_any\` | or taken to a room that was ready: offered, or kept in case and known to the host 15 min before, who goes there when the own one is not in order at arrival. Where the policy offers none: named at least 15 min before, and a free room in order within two floors |
| \`recall\` | of those: named before arrival, by an alert or a nudge, with a cause that came true |
| \`precision\` | calls to people that named a would-fail visit with the right cause, of all calls. A call that names no visit counts for those of its room within 4 h. \`precision_with_nudges\`: nudges with them |
| \`eqcl_…\` | the same for gear, temperature and air: of the visits that fail by one of them. \`eqcl_rescued\`: none of them is left in the visit's own room |
| \`false_work_orders_per_100\` | wrong calls to people per 100 visits; \`eqcl_false_per_100\` those about gear, network, sensors, temperature, air |
| \`nudges_per_100\` | words on room panels, the first of each kind per visit; nobody is called |
| \`moves_per_100\`, \`new_failures\` | visits that took place elsewhere; visits that would have been fine and were not, a bad move included |
| \`kept_per_100\` | visits whose host was told that another room is kept in case, used or not |
| \`median_lead_min\` | from the first right word until arrival |
| \`median_margin_min\` | the same less what nine of ten jobs of that kind take (forty tickets of another year) |
| \`peak_per_10_min\`, \`mean_per_10_min\` | messages to the busiest contact in ten minutes, follow-ups included; for the simple policies calls. \`calls_peak_per_10_min\`: calls only |
| \`repeats\` | calls about the same room and thing within 60 min |
| \`ready_on_stale\` | READY verdicts, of every one ever published, whose checks rest on anything stale, unreachable, rejected or never heard; and READY that still stands at arrival while the room's air has been silent for five intervals |
| \`brier\`, \`brier_eqcl\` | mean squared error of P(ready at arrival) by minutes before; \`_persistence\`: as it is now; \`_climatology\`: the share that is ready; \`brier_eqcl_knowable\`: of somebody who knows the world's rates and all that is so at that moment (what is broken and for how long, who is in, how each room airs), but not what comes, a hundred ways drawn: what is left of it is chance |
| \`ece\`, \`ece_by_lead\` | distance between told and come true, in the bins 0–.5–.8–.9–.95–1, weighted, over the visits of all seeds together; \`ece\` is that of 60 min |

## Beside the prototype

The first figures of this project came from a prototype in another language, with the same assumptions and other dice. The world and the
simple policies agree with it within the spread of seeds (200 rooms, 20 days; here / prototype; % of would-fail visits, per 100 visits):

| seeds | | would fail % | own room % | or moved % | recall % | gear+air: recall % | rescued % | false /100 | work orders for nothing /100 |
|---|---|---|---|---|---|---|---|---|---|
| 6–10 | threshold | 9.4 / 9.6 | 22 / 23 | 34 / 35 | 31 / 29 | 78 / 73 | 61 / 65 | 154 / 158 | 154 / 158 |
| | threshold-4h | | 27 / 28 | 34 / 36 | 36 / 36 | 93 / 92 | 80 / 83 | 27.9 / 28.6 | 27.9 / 28.6 |
| | clairvoyant | | 86 / 88 | 99 / 99 | 100 / 99 | 99 / 98 | 93 / 94 | 0 / 0 | 0 / 0 |
| 1–5 | threshold | 9.9 / 9.4 | 21 / 20 | 37 / 32 | 33 / 29 | 80 / 77 | 53 / 59 | 177 / 160 | 177 / 160 |
| | threshold-4h | | 26 / 25 | 38 / 32 | 39 / 33 | 93 / 89 | 73 / 77 | 31.3 / 28.7 | 31.3 / 28.7 |
| | fixed-30 | | 27 / 31 | 43 / 41 | 42 / 40 | 79 / 77 | 49 / 60 | 4.5 / 4.2 | 5.5 / 5.4 |
| | fixed-60 | | 26 / 26 | 34 / 31 | 33 / 30 | 65 / 62 | 55 / 57 | 6.3 / 5.8 | 16.3 / 16.1 |
| | fixed-120 | | 21 / 18 | 26 / 22 | 25 / 21 | 51 / 46 | 46 / 43 | 14.9 / 14.1 | 25.0 / 23.9 |
| | clairvoyant | | 87 / 85 | 99 / 99 | 99 / 99 | 98 / 98 | 91 / 87 | 0 / 0 | 0 / 0 |

Where they part: seeds 1–5 here drew more days of plant faults (104 visits that fail by temperature against 60), which fixed-30 finds too late to
mend; that is the largest difference (49 against 60 % of gear and air) and vanishes with seeds 6–10 (55 in both).

How much can be mended in its own room at all: on twenty worlds (seeds 1001–1020, 200 rooms, 20 days) \`clairvoyant\` rescues
89.1 ± 4.3 % of the visits that fail by gear or air, \`clairvoyant-240\` 92.2 ± 2.7 %. What is left are rooms that no boost brings there, and faults that begin
minutes before arrival (\`greenroom evaluate --rooms 200 --days 20 --seeds 1001..1020 --policies clairvoyant,clairvoyant-240 --no-forecasts\`).

What differs on purpose: devices report every five minutes (and at once when they change), where the prototype looked at the truth every five;
silence is noticed by missing reports; nobody resets a room in which people sit; a fault that is already being mended is not sent for twice; a second visit of staff has its own luck.
Not modelled: noise, light, access, catering, wrong-room guests, calendar edits, faults that come together beyond floor and air handler.`;
