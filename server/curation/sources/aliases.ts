import { spelling } from './spelling.ts';

/**
 * Data sets of the field, a line each: the name that stands for it, then other names and configurations under
 * which collections carry the same records. Versions with other records are sources of their own.
 */
const DATA_SETS = `
abductivenli: anli abductive, art, alphanli
acronymidentification
adecorpusv2: ade corpus
adversarialqa: adverserial qa, adversarial qa dbert, adversarial qa dbidaf, adversarial qa droberta
aeslc
afs: argument facet similarity
agnews: ag news subset
ai2arc: arc, arc easy, arc challenge
airdialogue
alt: asian language treebank
ambigqa: ambig nq
amazonpolarity
amazonreviewsmulti: multilingual amazon reviews, amazonreview
amazonusreviews
amazonfinefoodreviews: amazonfood, amazon food reviews
anli: adversarial nli, anli r1, anli r2, anli r3
appreviews: app review
aqua: aqua rat, aquarat
asset
atomic
babi: babi nli
banking77
bigpatent
billsum
biomrc
blendedskilltalk
blimp
boolq: bool q, boolean questions
breakdata: break
casehold
cb: commitmentbank
cbt: childrens book test
cfq: cfq mcd1
civilcomments
circa
clariq
cmrc2018
cnndailymail: cnn dm, cnn
codah
codexglue: code x glue
cola: corpus of linguistic acceptability
com2sense
commongen: common gen
commonsenseqa: csqa, commonsense qa
conala
conll2003
convai2: conv ai 2
copa: choice of plausible alternatives
copahr: copa hr
coqa: coqa expanded
cosmosqa: cosmos qa
cose: cos e
craigslistbargains
creak: creak 2018
crowspairs: crows pairs
cuad
dailydialog: daily dialog
dart
dbpedia14: dbpedia, dbpedia ontology
dialogre
discofuse
discovery
docred
doqa
dream
drop
duorc: duorc self rc, duorc paraphrase rc, selfrc, paraphraserc
e2enlg: e2e, e2e nlg, e2e nlg cleaned
ecqa
eli5
emo
emotion: dair ai emotion
empatheticdialogues
esnli: e snli
ethos
europarl
event2mind
fever
financialphrasebank
flores
freebaseqa
gap
gigaword
glucose
goemotions: go emotions
googlewellformedquery
gooaq
grailqa
gsm8k: gsm, grade school math
hans
hatespeechoffensive
hatexplain
headqa: head qa
healthfact
hellaswag: hella swag
hotpotqa: hotpot qa
hybridqa
iirc
imdb: imdb reviews, large movie review
indicnlp
jeopardy
jigsaw: jigsaw toxicity prediction, jigsaw unintended bias
kelm
lama
lambada: openai lambada
librispeech: librispeech asr
liar
limit
logic2text
mathdataset: mathematics dataset, mathmatics dataset, math dataset
mathqa: math qa
mctaco: mc taco
medicalquestionpairs: medical question pair dataset
menyo20k: menyo 20k mt
metawoz: meta woz
mnli: multi nli, multinli, mnli matched, mnli mismatched
mocha
movierationales: movie rationales
mrpc: microsoft research paraphrase corpus
msmarco: ms marco
multinews: multi news
multirc: multi rc
multiwoz: multi woz, multi woz v22, multiwoz22
mutual
narrativeqa: narrative qa
naturalquestions: natural questions, nq, nq open
newsroom
numersense: numer sense
offenseval
ohsumed
onestopenglish
openbookqa: open book qa, obqa
openpi: open pi
opensubtitles: open subtitles
opusbooks
opus100
paracrawl: opus paracrawl, para crawl, para crawl enes
paws: paws wiki, paws labeled final, paws labeled swap, paws unlabeled final
pawsx: paws x
personachat: persona chat
piqa: physical iqa
poemsentiment
prost
propara
protoqa: proto qa
pubmedqa: pubmed qa
qanta
qasc
qasper
qasrl: qa srl
qazre: qa zre, zre
qed
qedamara: qed amara
qnli: question nli
qqp: quora, quora question pairs
qrecc
quac
quail
quarel
quartz
quoref
race: race high, race middle
recipenlg: recipe nlg
record
reddittifu: reddit tifu
ropes
rocstories: roc stories
rottentomatoes: rotten tomatoe, mr
rte: recognizing textual entailment
samsum
scan
schemaguideddstc8: schema guided dstc8, sgd
scicite
scientificpapers
scifact
sciq: sci q
scitail: sci tail, scitail1, scitail11, scitailv11
scitldr
scruples
sensemaking: semeval 2020 task4, comve
sentiment140
semeval2018task1
semeval2018task3
semeval2019task10
semeval2020task7
senteval
sick
smcalflow
smsspam: sms spam collection, smsspamcollection, sms spam collection v.1
snli
socialiqa: social i qa, social iqa, siqa
spider
splash
squad1: squad, squad v1, squad1 1, squad 1.1, squad11
squad2: squad v2, squad 2, squad20
sst2: sst 2, stanford sentiment treebank, sst
starcon
stereoset
storycloze: story cloze
storycommonsense
strategyqa: strategy qa
stsb: sts b, stsbenchmark
subjqa
svamp
swag
tabfact: tab fact
taskmaster: task master
timetravel
tomqa: tom qa
torque
totto
trec
triviaqa: trivia qa, trivia qa wiki missing, trivia qa unfiltered
turk
tweetqa
viquiquad
webnlg: web nlg, web nlg en
webquestions: web questions, webquestion
wic: word in context
wikiauto: wiki auto
wikibio: wiki bio
wikidialog: wiki dialog
wikihop: wiki hop
wikilingua: wiki lingua
wikiqa: wiki qa
wikisplit: wiki split
wikitext: wikitext103
winobias: wino bias
winogrande
winomt
winowhy
wiqa
wnli
wsc: wsc fixed, wsc fiexed, winograd wsc, superglue wsc
xcopa
xcsr: x csr
xlsum
xlwic
xnli
xquad
xsum: extreme summarization
yahooanswerstopics: yahoo answers topics, yahoo answers
yahooanswersqa
yelppolarity: yelp polarity reviews
yelpreviewfull: yelp review full, yelp full
zest
`;

/** Spelling to the spelling that stands for the data set. */
const KNOWN = new Map<string, string>();
for (const line of DATA_SETS.trim().split('\n')) {
  const [name, others = ''] = line.split(':') as [string, string?];
  const key = spelling(name);
  for (const alias of [name, ...others.split(',')]) if (alias.trim() !== '') KNOWN.set(spelling(alias), key);
}

/** Collections of data sets: what follows their name names the data. */
const SUITES = ['superglue', 'glue', 'kilttasks', 'kilt'];

/** The data set that a spelling stands for, if the field knows it. */
export function knownDataSet(key: string): string | undefined {
  const suite = SUITES.find((prefix) => key.startsWith(prefix)) ?? '';
  return (
    KNOWN.get(key) ?? KNOWN.get(key.replace(/(?:dataset|corpus)$/u, '')) ?? KNOWN.get(key.slice(suite.length))
  );
}
