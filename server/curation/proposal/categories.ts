/** A category of the field, under the name that we give it, with what tells it. */
export interface KnownCategory {
  name: string;
  /** Other names of it, and phrases that a task's name is made of. */
  also: readonly string[];
  /** What an instruction for it says. */
  says: readonly string[];
  /** Parts of a task's name that point to it, but are used of other jobs as well. */
  hints: readonly string[];
  /** Well-known data sets that are made for it. */
  data: readonly string[];
}

type Told = Partial<Record<'also' | 'says' | 'hints' | 'data', string>>;

function category(name: string, told: Told = {}): KnownCategory {
  const list = (text = '') => text.split(',').flatMap((part) => part.trim() || []);
  const { also, says, hints, data } = told;
  return { name, also: list(also), says: list(says), hints: list(hints), data: list(data) };
}

/**
 * The categories that a proposal chooses among, besides those that the bench itself names. Words are compared
 * by their stems, so one form of each is enough.
 */
export const KNOWN_CATEGORIES: readonly KnownCategory[] = [
  category('Question Answering', {
    also: 'qa, q&a, reading comprehension, machine reading, open-domain qa, generative qa, abstractive qa, table question answering, tableqa, knowledge base question answering, kbqa, semantic parsing qa',
    says: 'answer the question, answer to the question, answering a question, given a question, answer the following question, write the answer',
    data: 'quoref, drop, narrativeqa, coqa, hotpotqa, eli5, wikitq, wikitablequestions, hybridqa, tatqa, multirc, ropes, qampari, naturalquestionsshort, mkqa, tydiqa, xquad, mlqa',
    hints: 'answering, answer question, answer generation, qa',
  }),
  category('Extractive QA', {
    also: 'extractive question answering, span extraction qa, span based qa',
    says: 'span of the passage, words from the passage, contiguous text',
    data: 'squad, newsqa, record, duorc, triviaqawiki, searchqa',
  }),
  category('Closed-Book QA', {
    also: 'closed book question answering, trivia, trivia qa, factoid question answering, open book qa',
    says: 'trivia question, from your own knowledge',
    data: 'triviaqa, naturalquestions, webquestions, nq, wikiqa, arc, arceasy, arcchallenge, simplequestions, popqa, kilt',
  }),
  category('Multiple-Choice QA', {
    also: 'multiple choice question answering, mcqa, multiple choice, multiple-choice qa (no trivia knowledge required), exam questions',
    says: 'multiple choice, answer options, choose the correct option, correct option among',
    data: 'race, dream, cosmosqa, quail, quartz, quarel, socialiqa, commonsenseqa, cosqa, wiqa, sciq, openbookqa, obqa, qasc, mmlu, aqua, aquarat, mathqa, boolq, headqa, medmcqa, mctest, quac, wikihop',
  }),
  category('Adversarial QA', { also: 'adversarial question answering', data: 'adversarialqa, aqa' }),
  category('Question Generation', {
    also: 'generate question, question creation, ask question, question writing, question asking',
    says: 'generate a question, write a question, create a question, construct a question, ask a question, question such that the answer',
  }),
  category('Question Rewriting', {
    also: 'question rewrite, rewrite question, question paraphrasing, question reformulation',
    says: 'rewrite the question, rewrite the given question',
  }),
  category('Question Understanding', {
    also: 'question classification, question type, question categorization, question analysis, classify question, answer type',
    says: 'type of the question, category of the question, what the question asks for, which category the question',
    data: 'trec',
  }),
  category('Question Decomposition', {
    also: 'decompose question, break question',
    says: 'decompose the question, break the question',
    data: 'break',
  }),
  category('Answerability Classification', {
    also: 'unanswerable, unanswerable question',
    says: 'whether the question can be answered, unanswerable, can be answered',
  }),
  category('Answer Verification', {
    also: 'verify answer, answer validation, answer checking, correct answer classification',
    says: 'answer is correct, correct answer to the question, verify the answer',
  }),
  category('Wrong Candidate Generation', {
    also: 'incorrect answer generation, wrong answer generation, distractor generation, incorrect answer, wrong answer, distractor, incorrect option, implausible answer, wrong candidate',
    says: 'incorrect answer, wrong answer, implausible answer, not correct answer, distractor',
  }),
  category('Textual Entailment', {
    also: 'entailment, natural language inference, nli, recognizing textual entailment, contradiction, entail, hypothesis generation',
    says: 'entail, contradict, hypothesis, premise',
    data: 'rte, snli, mnli, multinli, anli, xnli, qnli, wnli, cb, scitail, esnli, mednli, sick, doc nli, contractnli',
    hints: 'inference',
  }),
  category('Commonsense Reasoning', {
    also: 'commonsense inference, commonsense qa, common sense reasoning, physical reasoning',
    says: 'common sense',
    data: 'piqa, hellaswag, csqa, protoqa, numersense, strategyqa',
    hints: 'commonsense, common sense',
  }),
  category('Commonsense Classification', {
    also: 'common sense classification, commonsense validation, plausibility classification',
    says: 'makes sense',
  }),
  category('Cause Effect Classification', {
    also: 'cause effect, cause and effect, causal reasoning, causal judgment, causality, cause effect classification',
    says: 'cause of, the effect of, cause or effect, cause and effect',
    data: 'copa, xcopa, ecare',
    hints: 'causal',
  }),
  category('Coreference Resolution', {
    also: 'coreference, coref, pronoun resolution, anaphora, pronoun disambiguation, winograd schema',
    says: 'pronoun refer, coreference, what the pronoun refers to, whom the pronoun refers to',
    data: 'wsc, winogrande, winobias, dpr, definitepronounresolution, gap, winogender, knowref, xwinograd',
  }),
  category('Sentiment Analysis', {
    also: 'sentiment, sentiment classification, opinion mining, polarity, review rating, sentiment analysis, aspect based sentiment, emotion, emotion classification, emotion recognition',
    says: 'sentiment, positive or negative, polarity, emotion, rating of the review',
    data: 'sst, sst2, imdb, yelp, sentiment140, rottentomatoes, amazonpolarity, appreviews, financialphrasebank, goemotions, tweeteval, movierationales, tweetsentiment, ratings',
  }),
  category('Text Categorization', {
    also: 'text classification, topic classification, topic labelling, topic identification, news classification, document classification, genre classification, categorize, category classification, text category',
    says: 'topic of the, classify the text, which category, one of the following categories, categorize',
    data: 'agnews, dbpedia, dbpedia14, yahooanswerstopics, 20newsgroups',
  }),
  category('Toxic Language Detection', {
    also: 'hate speech, hate speech detection, toxicity, toxic, offensive language, offensive, abusive language, cyberbullying, profanity, hateful, insult detection',
    says: 'hate speech, toxic, offensive, abusive, hateful, threatening',
    data: 'hatexplain, civilcomments, jigsaw, tweetshate, ethoshate, hatespeech18, olid, hateeval, tweetevalhate',
  }),
  category('Stereotype Detection', {
    also: 'stereotype, bias detection, social bias',
    says: 'stereotype, stereotypical, biased',
    data: 'stereoset, crowspairs, bbq',
    hints: 'bias',
  }),
  category('Ethics Classification', {
    also: 'ethics, morality, deontology, ethical judgment',
    says: 'ethical, morally, moral',
    data: 'ethics, moralstories, socialchemistry, scruples',
    hints: 'justice, virtue, moral',
  }),
  category('Irony Detection', {
    also: 'irony, sarcasm, sarcasm detection, ironic',
    says: 'sarcastic, irony, sarcasm',
    data: 'irony',
  }),
  category('Spam Classification', { also: 'spam, spam detection', says: 'spam', data: 'smsspam' }),
  category('Fact Verification', {
    also: 'fact checking, claim verification, factuality, fact check',
    says: 'supported or refuted, supports the claim, refutes the claim, verify the claim',
    data: 'fever, climatefever, feverous, tabfact, creak, liar, healthfact, scifact',
  }),
  category('Misinformation Detection', {
    also: 'fake news, rumour detection, misinformation, disinformation',
    says: 'fake news',
  }),
  category('Stance Detection', {
    also: 'stance, argument stance',
    says: 'stance, in favor or against',
    data: 'perspectrum',
  }),
  category('Text Matching', {
    also: 'sentence similarity, semantic similarity, text similarity, argument similarity, duplicate question, question similarity, textual similarity, semantic textual similarity, duplicate detection, same meaning',
    says: 'same meaning, similar or not, are duplicates, similarity of the two, whether the two sentences',
    data: 'stsb, sts, msrp, sickr, mqp, medicalquestionspairs',
    hints: 'matching, similarity',
  }),
  category('Paraphrase Identification', {
    also: 'paraphrase detection, paraphrase classification, paraphrasing identification, paraphrase recognition',
    says: 'paraphrase of each other, are paraphrases',
    data: 'paws, mrpc, qqp, pawsx, pawswiki, quoraquestionpairs, gluemrpc, glueqqp',
  }),
  category('Paraphrasing', {
    also: 'paraphrase, paraphrase generation, rephrase, sentence rewriting, rewording',
    says: 'paraphrase, rephrase, different words',
  }),
  category('Translation', {
    also: 'translate, machine translation, back translation, transliteration',
    says: 'translate, translation of',
    data: 'wmt, wmt14, wmt16, wmt19, iwslt, opus100, tedmulti, ted, europarl, flores, opusbooks, tatoeba, paracrawl, alt, globalvoices, bible',
    hints: 'mt',
  }),
  category('Language Identification', {
    also: 'language detection, identify language, language classification',
    says: 'identify the language, language of the, which language',
  }),
  category('Summarization', {
    also: 'summarize, summary, summarisation, tldr, summary generation, abstractive summarization, headline summary, highlights',
    says: 'summarize, summary of, short summary, summarise',
    data: 'cnndailymail, cnndm, xsum, samsum, multinews, gigaword, dialogsum, wikilingua, aeslc, newsroom, billsum, reddittifu, mediasum, govreport, bigpatent, wikihow, arxivsummarization',
  }),
  category('Title Generation', {
    also: 'headline generation, generate title, generate headline, subject line generation',
    says: 'generate a title, suitable title, title for the, headline for',
    hints: 'title, headline',
  }),
  category('Keyword Tagging', {
    also: 'keyword, keyword extraction, keyphrase extraction, keyphrase, tag generation, tagging keywords',
    says: 'keyword, key phrases, main topic words',
  }),
  category('Named Entity Recognition', {
    also: 'ner, entity recognition, named entity, entity extraction, entity tagging, named entity recognition',
    says: 'named entity, entities mentioned, extract the names, identify the entity',
    data: 'conll2003, wnut, ontonotes, wikiann, fewnerd, bc2gm, jnlpba, ncbidisease',
  }),
  category('Information Extraction', {
    also: 'relation extraction, event extraction, slot filling, attribute extraction, open information extraction',
    says: 'relation between the, extract the',
    data: 'docred, tacred, semeval2010task8, ace',
    hints: 'extraction',
  }),
  category('Overlap Extraction', {
    also: 'overlap, common words, overlapping phrase',
    says: 'words that are in both, overlap, common in both',
  }),
  category('Data to Text', {
    also: 'structured data to text, structure-to-text, struct to text, table to text, data-to-text generation, data2text, text generation from data, rdf to text, graph to text',
    says: 'structured data, restaurant descriptor, data table, set of triples',
    data: 'e2enlg, e2e, webnlg, webnlgen, commongen, dart, totto, wikibio, rotowire, genwiki, logicnlg, kelm',
  }),
  category('Sentence Composition', {
    also: 'compose sentence',
    says: 'write a sentence, generate a sentence, compose a sentence, construct a sentence',
    hints: 'sentence generation, sentence writing',
  }),
  category('Sentence Perturbation', {
    also: 'perturbation, perturb, sentence modification, modify sentence, word replacement, substitution',
    says: 'change the given, modify the sentence, perturb, replace the',
  }),
  category('Sentence Expansion', { also: 'expand sentence, elaboration' }),
  category('Sentence Ordering', {
    also: 'sentence ordering, reorder, ordering, temporal ordering, order sentences',
    says: 'correct order, order of the sentences, reorder',
  }),
  category('Sentence Compression', { also: 'compression, compress sentence', says: 'compress' }),
  category('Story Composition', {
    also: 'story writing, write story, story completion, narrative generation, creative writing',
    says: 'write a story, short story, ending of the story',
    data: 'rocstories, writingprompts',
    hints: 'story generation',
  }),
  category('Poem Generation', { also: 'poem, poetry, lyrics', says: 'poem' }),
  category('Text Completion', {
    also: 'sentence completion, completion, complete sentence, story cloze, continuation, text continuation, ending generation, next sentence, end prediction',
    says: 'complete the, most plausible continuation, next sentence, plausible ending',
    data: 'storycloze, lambada, swag',
  }),
  category('Fill in The Blank', {
    also: 'fill in the blank, cloze, fill the blank, mask filling, cloze test',
    says: 'fill in the blank, blank',
    hints: 'blank',
  }),
  category('Dialogue Generation', {
    also: 'dialog generation, response generation, conversation generation, dialogue response, conversational response, open domain dialogue',
    says: 'next utterance, response to the, dialogue, reply to',
    data: 'personachat, dailydialog, wizardofwikipedia, blendedskilltalk, empatheticdialogues, convai2, opendialkg, wiki dialog, task master, sodalite',
    hints: 'dialogue, conversation, chat, generate next',
  }),
  category('Dialogue State Tracking', {
    also: 'dialog state tracking, belief state, dst',
    says: 'belief state, dialogue state',
    data: 'multiwoz, mwoz, sgd, woz',
  }),
  category('Dialogue Act Recognition', {
    also: 'dialog act, dialogue act classification, speech act',
    says: 'dialogue act, speech act',
  }),
  category('Intent Identification', {
    also: 'intent classification, intent detection, intent recognition',
    says: 'intent of',
    data: 'banking77, clinc150, clinc, snips, atis, massive, mtop',
    hints: 'intent',
  }),
  category('Intent Generation', {}),
  category('Speaker Identification', {
    also: 'identify speaker, speaker classification',
    says: 'who said, speaker',
    hints: 'speaker',
  }),
  category('Speaker Relation Classification', {
    also: 'speaker relation, relationship classification',
    data: 'dialogre',
  }),
  category('Negotiation Strategy Detection', {
    also: 'negotiation strategy, persuasion strategy',
    says: 'negotiation',
    data: 'casino',
    hints: 'negotiation',
  }),
  category('Discourse Connective Identification', {
    also: 'discourse connective, connective',
    says: 'connective',
  }),
  category('Discourse Relation Classification', {
    also: 'discourse relation',
    says: 'discourse relation',
    hints: 'discourse',
  }),
  category('Coherence Classification', { also: 'coherence, coherent, incoherent', says: 'coherent' }),
  category('Text Quality Evaluation', {
    also: 'text quality, quality classification, argument quality, quality evaluation, quality estimation, readability',
    says: 'quality of the, well-formed',
    hints: 'fluency',
  }),
  category('Grammatical Acceptability', {
    also: 'linguistic acceptability, acceptability, acceptability judgment',
    says: 'grammatically acceptable, linguistically acceptable',
    data: 'cola, blimp',
  }),
  category('Grammar Error Detection', {
    also: 'grammar error, grammar error identification, grammatical error detection, ungrammatical',
    says: 'grammatical error, grammatically correct',
  }),
  category('Grammar Error Correction', {
    also: 'grammatical error correction, grammar correction, gec',
    says: 'correct the grammar, fix the grammar',
    data: 'jfleg, conll2014, lang8',
  }),
  category('Punctuation Error Detection', { also: 'punctuation' }),
  category('Spelling Error Detection', { also: 'spelling, misspelling, typo detection', says: 'spelling' }),
  category('Text Simplification', {
    also: 'simplification, simplify',
    says: 'simplify, simpler',
    data: 'asset, wikiauto, turkcorpus',
  }),
  category('Style Transfer', {
    also: 'formality, formality transfer',
    says: 'style of, informal',
    hints: 'style',
  }),
  category('Word Semantics', {
    also: 'synonym, antonym, hypernym, word meaning, lexical semantics, definition of word',
    says: 'synonym, antonym, meaning of the word',
  }),
  category('Word Sense Disambiguation', {
    also: 'wsd, word sense, sense disambiguation, word in context',
    says: 'same sense, used in the same way',
    data: 'wic, semcor',
  }),
  category('Word Relation Classification', {
    also: 'word relation, lexical relation, semantic relation between words',
    says: 'relation between two words',
  }),
  category('Word Analogy', { also: 'analogy, analogies', says: 'A : B, analogy' }),
  category('Linguistic Probing', {
    also: 'probing, linguistic structure, syntactic probing, parse tree, number of words, tense of',
    says: 'main verb, parse tree, subject of the main clause',
  }),
  category('Pos Tagging', {
    also: 'part of speech, part-of-speech tagging, pos tag, pos',
    says: 'part-of-speech, part of speech',
  }),
  category('Preposition Prediction', { also: 'preposition' }),
  category('Section Classification', { also: 'section identification', hints: 'section' }),
  category('Program Execution', {
    also: 'list operation, program synthesis from list, array operation, execute program, symbolic manipulation, string manipulation, word counting, count words, boolean expressions, list manipulation, algorithm execution',
    says: 'given list, list of integers, list of numbers, input list, perform the operation, given two lists',
  }),
  category('Mathematics', {
    also: 'arithmetic, math word problem, word problem, calculation, number theory, calculus, mathematical reasoning, grade school math word problems',
    says: 'arithmetic, calculate, equation, mathematical',
    data: 'gsm8k, gsm, math, svamp, asdiv, mawps, multiarith, mathdataset, deepmindmath',
    hints: 'math, probability, geometry, algebra',
  }),
  category('Number Conversion', { also: 'convert number, unit conversion', says: 'convert the number' }),
  category('Logical Reasoning', {
    also: 'logical deduction, deductive reasoning, syllogism, formal fallacies, logical inference, deduction, spatial reasoning, relational reasoning',
    data: 'bigbenchhard, bbh, proofwriter, clutrr, logiqa, reclor, babi, ruletaker',
    hints: 'reasoning, temporal reasoning, logic',
  }),
  category('Code Generation', {
    also: 'text to code, program synthesis, program generation, text-to-sql, text to sql, sql generation, semantic parsing, logical form, bash generation, nl to code',
    says: 'write a program, sql, python code, write code, logical form',
    data: 'spider, wikisql, cogs, nl2bash, humaneval, mbpp, apps, conala, dmcc, sparc, cosql, grailqa, webqsp, compwebq, geoquery',
    hints: 'code, parsing',
  }),
  category('Code to Text', {
    also: 'code explanation, code summarization, code comment generation, code documentation',
    says: 'describe the code, what the code does, explain the code',
  }),
  category('Code Repair', { also: 'bug fixing, code fixing, program repair', data: 'drrepair, defects4j' }),
  category('Explanation', {
    also: 'explanation, explanation generation, explain, rationale generation',
    says: 'explain why, explanation for, give a reason',
    hints: 'justification',
  }),
  category('Fact Generation', { also: 'generate fact', says: 'generate a fact', hints: 'fact' }),
  category('Paper Review', { also: 'peer review, review acceptance', data: 'peerread' }),
  category('Gender Classification', { also: 'gender identification', says: 'gender of', hints: 'gender' }),
  category('Entity Generation', { also: 'generate entity' }),
  category('Entity Relation Classification', {
    also: 'entity relation, relation classification',
    says: 'relation between the entities',
  }),
  category('Mathematical Entity Classification', {}),
  category('Spatial Relation Extraction', {}),
  category('Subject Identification', { also: 'subject identification', hints: 'subject' }),
  category('Object Identification', {}),
  category('Span Identification', {}),
  category('Span Generation', {}),
  category('Answer Index Prediction', {}),
  category('Emotional Reaction Generation', {}),
  category('Food Classification', { also: 'food, ingredient classification, recipe classification' }),
  category('Pretraining Text', {
    also: 'pretraining, plain text, language modeling, language modelling',
    data: 'wikitext, c4, pile, openwebtext',
  }),
];
