"""Synonyms of conditions: lay terms and abbreviations beside the terms of records.

Groups of the same meaning: a MeSH heading with entry terms of it (Medical Subject Headings, U.S. National Library of
Medicine), the common abbreviation, and lay terms. Maintained by hand for frequent searches; a record's own MeSH terms,
their ancestors and its keywords are searched in addition.
"""

from common.search_tokens import compact, plain

#: Each line is one group of synonyms.
_SYNONYM_GROUPS = """
colorectal cancer, bowel cancer, colorectal neoplasms, colorectal carcinoma, colorectal tumor, crc, cancer of the bowel
metastatic colorectal cancer, mcrc
lung cancer, lung neoplasms, lung carcinoma, bronchial neoplasms, cancer of the lung
non small cell lung cancer, nsclc, non small cell lung carcinoma, carcinoma non small cell lung
small cell lung cancer, sclc, small cell lung carcinoma
breast cancer, breast neoplasms, breast carcinoma, mammary cancer, cancer of the breast
triple negative breast cancer, tnbc, triple negative breast neoplasms
prostate cancer, prostatic neoplasms, prostate carcinoma, prostatic cancer, cancer of the prostate
castration resistant prostate cancer, crpc, prostatic neoplasms castration resistant
metastatic castration resistant prostate cancer, mcrpc
stomach cancer, gastric cancer, stomach neoplasms, gastric carcinoma, stomach carcinoma
esophageal cancer, oesophageal cancer, esophageal neoplasms, esophageal carcinoma, gullet cancer
liver cancer, liver neoplasms, hepatic cancer, cancer of the liver
hepatocellular carcinoma, hcc, hepatoma
pancreatic cancer, pancreatic neoplasms, pancreas cancer, pancreatic carcinoma, cancer of the pancreas
bile duct cancer, bile duct neoplasms, cholangiocarcinoma
kidney cancer, kidney neoplasms, renal cancer, renal cell carcinoma, rcc
bladder cancer, urinary bladder neoplasms, bladder carcinoma, urinary bladder cancer
ovarian cancer, ovarian neoplasms, ovarian carcinoma, ovary cancer
cervical cancer, uterine cervical neoplasms, cervix cancer, cervical carcinoma, cancer of the cervix
womb cancer, endometrial cancer, endometrial neoplasms, endometrial carcinoma, uterine cancer
skin cancer, skin neoplasms
brain tumor, brain tumour, brain cancer, brain neoplasms
glioblastoma, gbm, glioblastoma multiforme
head and neck cancer, head and neck neoplasms, hnscc, squamous cell carcinoma of head and neck
throat cancer, pharyngeal neoplasms, pharyngeal cancer
voice box cancer, laryngeal neoplasms, laryngeal cancer
mouth cancer, mouth neoplasms, oral cancer
thyroid cancer, thyroid neoplasms, thyroid carcinoma
bone cancer, bone neoplasms
blood cancer, hematologic neoplasms, haematological malignancies, hematologic malignancies, hematological malignancies
leukemia, leukaemia
acute lymphoblastic leukemia, acute lymphocytic leukemia, precursor cell lymphoblastic leukemia lymphoma
acute myeloid leukemia, aml, acute myelogenous leukemia, leukemia myeloid acute
chronic lymphocytic leukemia, cll, leukemia lymphocytic chronic b cell
chronic myeloid leukemia, cml, chronic myelogenous leukemia
non hodgkin lymphoma, nhl, lymphoma non hodgkin, non hodgkins lymphoma
diffuse large b cell lymphoma, dlbcl, lymphoma large b cell diffuse
hodgkin lymphoma, hodgkin disease, hodgkins lymphoma
multiple myeloma, plasma cell myeloma, myeloma
myelodysplastic syndrome, myelodysplastic syndromes, mds
gastrointestinal stromal tumor, gist, gastrointestinal stromal tumors
cancer, neoplasms, malignancy, malignant neoplasm
tumor, tumour, tumors, tumours
heart attack, myocardial infarction, cardiac infarction, acute myocardial infarction
stroke, cerebrovascular accident, brain attack, apoplexy, cerebral stroke
mini stroke, transient ischemic attack, ischemic attack transient
high blood pressure, hypertension, raised blood pressure, arterial hypertension
low blood pressure, hypotension
heart failure, cardiac failure, congestive heart failure, chf, weak heart
heart disease, cardiac disease, heart diseases
coronary artery disease, coronary heart disease, cad, chd, coronary disease
irregular heartbeat, arrhythmia, arrhythmias cardiac, cardiac arrhythmia
atrial fibrillation, afib, auricular fibrillation
chest pain, angina, angina pectoris
high cholesterol, hypercholesterolemia, hypercholesterolaemia, raised cholesterol
blood clot, thrombosis, thrombus
deep vein thrombosis, dvt, deep venous thrombosis
blood clot in the lung, pulmonary embolism
hardening of the arteries, atherosclerosis, arteriosclerosis
peripheral artery disease, peripheral arterial disease, peripheral vascular disease
kidney disease, kidney diseases, renal disease, nephropathy
kidney failure, renal failure, renal insufficiency, kidney insufficiency
chronic kidney disease, ckd, renal insufficiency chronic, chronic renal disease
end stage renal disease, esrd, kidney failure chronic, end stage kidney disease
kidney stones, kidney calculi, nephrolithiasis, renal stones
kidney transplant, kidney transplantation, renal transplantation, renal transplant
kidney, renal
liver, hepatic
heart, cardiac
lung, pulmonary
stomach, gastric
liver disease, liver diseases, hepatic disease
fatty liver, nafld, non alcoholic fatty liver disease, hepatic steatosis
fatty liver inflammation, nash, non alcoholic steatohepatitis
cirrhosis, liver cirrhosis, hepatic cirrhosis
gallstones, gallstone, cholelithiasis
diabetes, diabetes mellitus
type 1 diabetes, t1d, t1dm, diabetes mellitus type 1, juvenile diabetes, insulin dependent diabetes
type 2 diabetes, t2d, t2dm, diabetes mellitus type 2, adult onset diabetes
gestational diabetes, diabetes gestational, pregnancy diabetes
low blood sugar, hypoglycemia, hypoglycaemia
high blood sugar, hyperglycemia, hyperglycaemia
overweight, obesity
underactive thyroid, hypothyroidism
overactive thyroid, hyperthyroidism
gout, gouty arthritis
copd, chronic obstructive pulmonary disease, pulmonary disease chronic obstructive
scarred lungs, pulmonary fibrosis, lung fibrosis
cystic fibrosis, mucoviscidosis
whooping cough, pertussis
flu, influenza, grippe
common cold, upper respiratory tract infection
covid 19, sars cov 2, coronavirus disease 2019, covid, 2019 ncov
long covid, post acute covid 19 syndrome, post covid condition, post covid syndrome
hay fever, allergic rhinitis, rhinitis allergic seasonal, pollen allergy
eczema, atopic dermatitis, dermatitis atopic, atopic eczema
urticaria, nettle rash
shingles, herpes zoster, zoster
chickenpox, varicella
cold sore, herpes labialis
acne, acne vulgaris
hair loss, alopecia
excessive sweating, hyperhidrosis
bedsore, pressure ulcer, pressure sore, decubitus ulcer
athletes foot, tinea pedis
hiv, human immunodeficiency virus, hiv infections
tuberculosis, tb
blood poisoning, sepsis
urinary tract infection, uti, urinary tract infections
bladder infection, cystitis
heartburn, acid reflux, gastroesophageal reflux, gerd, gastroesophageal reflux disease
inflammatory bowel disease, ibd, inflammatory bowel diseases
irritable bowel syndrome, irritable colon
crohn disease, crohns disease, regional enteritis
ulcerative colitis, colitis ulcerative
celiac disease, coeliac disease, gluten intolerance
hemorrhoids, haemorrhoids
diarrhea, diarrhoea
constipation, obstipation
stomach flu, gastroenteritis
appendix inflammation, appendicitis
brittle bones, osteoporosis
wear and tear arthritis, osteoarthritis, arthrosis
rheumatoid arthritis, arthritis rheumatoid
lupus, systemic lupus erythematosus, sle, lupus erythematosus systemic
bechterew disease, ankylosing spondylitis, spondylitis ankylosing
back pain, low back pain, lumbago
slipped disc, herniated disc, intervertebral disc displacement
broken bone, fracture, fractures bone
broken hip, hip fracture, hip fractures
hip replacement, hip arthroplasty, arthroplasty replacement hip
knee replacement, knee arthroplasty, arthroplasty replacement knee
muscle wasting, muscular atrophy
spinal muscular atrophy, sma, muscular atrophy spinal
duchenne muscular dystrophy, dmd, muscular dystrophy duchenne
lou gehrig disease, lou gehrigs disease, amyotrophic lateral sclerosis, motor neuron disease, motor neurone disease
multiple sclerosis, disseminated sclerosis
parkinson disease, parkinsons disease, parkinson, shaking palsy
alzheimer disease, alzheimers disease, alzheimer
dementia, memory loss
huntington disease, huntingtons disease, huntington chorea
epilepsy, seizure disorder
migraine, migraine disorders, migraine headache
brain injury, traumatic brain injury, tbi, head injury
facial palsy, bell palsy
sleep apnea, sleep apnoea, osa, obstructive sleep apnea
insomnia, sleeplessness, sleep initiation and maintenance disorders
depression, depressive disorder
major depression, major depressive disorder, mdd, depressive disorder major
bipolar disorder, manic depression, manic depressive illness
anxiety, anxiety disorders
post traumatic stress disorder, ptsd, stress disorders post traumatic
obsessive compulsive disorder, ocd
attention deficit hyperactivity disorder, adhd, attention deficit disorder with hyperactivity
autism, autism spectrum disorder, autistic disorder, asd
schizophrenia, schizophrenic disorder
alcoholism, alcohol use disorder, alcohol dependence
smoking cessation, quit smoking, stop smoking
drug addiction, substance use disorder, substance related disorders
eating disorder, feeding and eating disorders
period pain, dysmenorrhea, dysmenorrhoea, painful periods
heavy periods, menorrhagia
change of life, menopause, climacteric
infertility, sterility
polycystic ovary syndrome, pcos
miscarriage, abortion spontaneous
premature birth, preterm birth, premature labor
pregnancy poisoning, pre eclampsia, preeclampsia
enlarged prostate, prostatic hyperplasia, bph, benign prostatic hyperplasia
impotence, erectile dysfunction
water retention, edema, oedema
anemia, anaemia
sickle cell disease, sickle cell anemia, anemia sickle cell
bleeding disorder, hemophilia, haemophilia
itching, pruritus
age related macular degeneration, amd, macular degeneration
clouded lens, cataract
short sightedness, myopia, nearsightedness
pink eye, conjunctivitis
dry eye, dry eye syndromes, keratoconjunctivitis sicca
ringing in the ears, tinnitus
hearing loss, deafness
ear infection, otitis media
nosebleed, epistaxis
gum disease, periodontitis, periodontal diseases
tooth decay, dental caries
children, pediatric, paediatric
graft versus host disease, gvhd, graft vs host disease
bone marrow transplant, bone marrow transplantation
stem cell transplant, hematopoietic stem cell transplantation, hsct
car t cells, chimeric antigen receptor t cells, car t
radiotherapy, radiation therapy
"""

#: One-way synonyms: the term before the sign also finds the narrower terms after it. Also for abbreviations and words
#: that mean something else in the singular: a search for hives must not be found by "hive".
_NARROWER_TERMS = """
bowel cancer > colon cancer, rectal cancer, colonic neoplasms, rectal neoplasms
colorectal cancer > colon cancer, rectal cancer
lung cancer > nsclc, sclc
stroke > cerebral infarction, ischemic stroke
blood cancer > leukemia, lymphoma, myeloma
skin cancer > melanoma
fatty liver > nash, non alcoholic steatohepatitis
als > amyotrophic lateral sclerosis, motor neuron disease
ibs > irritable bowel syndrome
aids > acquired immunodeficiency syndrome
piles > hemorrhoids, haemorrhoids
hives > urticaria
fits > epilepsy, seizures
heart disease > coronary artery disease, heart failure
"""


def _build_synonyms() -> dict[str, tuple[str, ...]]:
    table: dict[str, dict[str, None]] = {}
    for line in _SYNONYM_GROUPS.strip().splitlines():
        group = [plain(text) for text in line.split(", ")]
        for text in group:
            table.setdefault(compact(text), {}).update(dict.fromkeys(group))
    for line in _NARROWER_TERMS.strip().splitlines():
        typed, _, narrower = line.partition(" > ")
        table.setdefault(compact(typed), {}).update(dict.fromkeys(plain(text) for text in narrower.split(", ")))
    return {key: tuple(texts) for key, texts in table.items()}


#: Synonyms as plain texts, by the compact form of a term.
CONDITION_SYNONYMS = _build_synonyms()
