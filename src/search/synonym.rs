//! Words that mean the same to people who run things.

use super::token::compounds;
use crate::config::search::SearchConfig;
use std::collections::{BTreeMap, BTreeSet};

/// Groups of words and phrases of equal meaning, one a line, members apart by commas. Terms of the
/// trade only: what is merely related would blur the results.
const BUILTIN: &str = "\
k8s, kubernetes
oom, out of memory, oomkilled
db, database
cert, certificate
certs, certificates
tls, ssl
auth, authentication
authn, authentication
authz, authorization
config, configuration
env, environment
repo, repository
repos, repositories
dir, directory
fs, filesystem
pr, pull request
mr, merge request
ci, continuous integration
cd, continuous delivery
lb, load balancer
dns, name resolution
vm, virtual machine
cpu, processor
ram, memory
hdd, disk
ssd, disk
postmortem, retrospective, retro, incident review
outage, incident, downtime
sev, severity
ic, incident commander
sme, subject matter expert
oncall, on call
rca, root cause analysis
slo, service level objective
sla, service level agreement
rps, requests per second
qps, queries per second
latency, slow
5xx, server error
4xx, client error
500, internal server error
502, bad gateway
503, service unavailable
504, gateway timeout
429, too many requests
401, unauthorized
403, forbidden
404, not found
timeout, timed out
crashloop, crashloopbackoff, crash loop
pod, pods
ns, namespace
svc, service
deploy, deployment, rollout
rollback, roll back, revert
downgrade, rollback
upgrade, update
delete, remove
create, add
setup, set up
login, log in, sign in
logout, log out, sign out
backup, snapshot
restore, recover, recovery
failover, switchover
primary, master, leader
replica, secondary, follower
node, member, machine, host
expire, ttl
limit, quota
password, credential
user, account
breach, security incident, compromised, hacked
customer, client
email, mail
docs, documentation
spec, specification
msg, message
err, error
param, parameter
arg, argument
args, arguments
opt, option
var, variable
max, maximum
min, minimum
avg, average
async, asynchronous
sync, synchronous
admin, administrator
app, application
perf, performance
benchmark, performance
metric, metrics
log, logs
alert, alarm
container, docker
vote, voting
encrypt, encryption, tls
";

/// The synonyms of each word or phrase: phrase to phrases, folded, words apart by one space. Only
/// those are kept whose words are all in the dictionary, as `has` tells.
pub fn table(config: &SearchConfig, has: impl Fn(&str) -> bool) -> BTreeMap<String, Vec<String>> {
    let builtin = BUILTIN
        .lines()
        .filter(|_| config.builtin_synonyms)
        .map(|line| line.split(", ").map(str::to_string).collect::<Vec<_>>());
    let mut table: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for group in builtin.chain(config.synonyms.iter().cloned()) {
        let group: Vec<String> = group.iter().map(|phrase| phrase_words(phrase)).collect();
        for from in &group {
            for to in &group {
                if from != to && !to.is_empty() && to.split(' ').all(&has) {
                    table.entry(from.clone()).or_default().insert(to.clone());
                }
            }
        }
    }
    table.into_iter().map(|(from, to)| (from, to.into_iter().collect())).collect()
}

fn phrase_words(phrase: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    compounds(phrase, &mut |compound| words.extend(compound.parts().map(str::to_string)));
    words.join(" ")
}
