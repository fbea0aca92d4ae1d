//! Words that carry no meaning, by language, folded. They are short lists on purpose: a word that
//! is merely common is told by its frequency.

use super::analyze::TermHasher;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::sync::OnceLock;

/// The languages that have a list.
const LANGS: [&str; 9] = ["en", "de", "fr", "es", "pt", "it", "nl", "sv", "ru"];

const ENGLISH: &str = "a about after all also am an and any are as at be been but by can could did do does \
for from get gets had has have he her here him his how i if in into is it its just let like me might my no not \
of on one or our out over s she should so some t than that the their them then there these they this those \
to too up us use very was we were what when where which while who whom whose why will with would you your";
const GERMAN: &str = "aber als am an auch auf aus bei bin bis da das dass dem den der des die dir doch du ein eine \
einem einen einer eines er es fur hat hatte ich ihr im in ist ja kann man mein mit nach nicht noch nur oder \
schon sein sich sie sind so uber um und uns von vor war was wenn wer werden wie wir wird wo zu zum zur";
const FRENCH: &str = "a ai au aux avec c ce ces cette comme d dans de des du elle en est et etre il ils j je l la le les \
leur lui ma mais me mes mon n ne nos notre nous on ont ou par pas plus pour qu que qui s sa se ses si son sont sur ta te tes ton tu \
un une vos votre vous y";
const SPANISH: &str = "a al como con de del desde donde el ella en entre era es esta este esto fue ha hay la las le les lo \
los mas me mi muy no nos o para pero por que quien se ser si sin sobre son su sus te tu un una uno y ya yo";
const PORTUGUESE: &str = "a ao aos as com como da das de do dos e ela ele em entre era essa esse esta este eu foi ha isso \
isto ja la lhe mais mas me meu minha muito na nao nas no nos o os ou para pela pelo por qual quando que quem se sem ser seu sua \
tem um uma voce";
const ITALIAN: &str = "a ad ai al alla anche c che chi ci come con cui da dal dalla dei del della delle di e ed era gli ha ho i \
il in io l la le lei lo loro lui ma mi mia mio ne nel nella no noi non o per piu quale quando quello questa questo se si sono su sua \
suo tra tu un una uno voi";
const DUTCH: &str = "aan al als bij dan dat de der deze die dit doch doen door dus een en er ge geen had hebben heeft het hij \
hoe hun ik in is ja je kan maar me met mij mijn na naar niet nog nu of om onder ons ook op over te tot u uit uw van veel voor want \
waren was wat we wel werd wie wij wordt worden zal ze zich zij zijn zo zou";
const SWEDISH: &str = "alla att av blev bli blir da de dem den denna det detta dig din du efter ej eller en er ett for fran ha \
hade han har hon i icke in inte jag kan kunde man med men mig min mot mycket nar ni nu och om oss pa sa sedan sig sin sitta ska \
som till under upp ut utan vad var vara vi vid vilken";
const RUSSIAN: &str = "а без бы был была были было быть в во вот все вы где да для до его ее если есть еще же за и из или им их к \
как ко когда кто ли мне мы на над не него нет ни но о об он она они оно от по под при с со так то того тоже только ты у уже что \
чтобы эта эти это этот я";

/// The list of a language, by the first part of its BCP 47 tag.
pub fn words(lang: &str) -> impl Iterator<Item = &'static str> {
    let list = match primary(lang) {
        "en" => ENGLISH,
        "de" => GERMAN,
        "fr" => FRENCH,
        "es" => SPANISH,
        "pt" => PORTUGUESE,
        "it" => ITALIAN,
        "nl" => DUTCH,
        "sv" => SWEDISH,
        "ru" => RUSSIAN,
        _ => "",
    };
    list.split_ascii_whitespace()
}

/// The list of a language as a set.
pub(super) type Words = HashSet<&'static str, BuildHasherDefault<TermHasher>>;

/// The list of a language as a set, by the first part of its BCP 47 tag, if it has one.
pub(super) fn set(lang: &str) -> Option<&'static Words> {
    static SETS: OnceLock<HashMap<&str, Words>> = OnceLock::new();
    SETS.get_or_init(|| LANGS.iter().map(|lang| (*lang, words(lang).collect())).collect()).get(primary(lang))
}

/// The language of a BCP 47 tag, without its region and script.
pub fn primary(lang: &str) -> &str {
    lang.split(['-', '_']).next().unwrap_or_default()
}
