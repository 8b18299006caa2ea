"""Short forms and spellings of forenames, each mapped to one form under which all of them compare equal."""

# One group a line; the first is the form compared. A short form that belongs to two names stands with the commoner.
# Luca, Lucas and Luke, or Noah and Noa, are names of their own, as twins have them; spellings of one name are not.
_GROUPS = """
abigail abi abby abbie gail
alexander alex alec xander sandy
alexandra alexa lexi lexie
alfred alfie alf
alice ali
amelia millie milly
amanda mandy
andrew andy drew
anna ann anne annie
anthony antony tony
archibald archie
arthur art artie
barbara barb babs
benjamin ben benji benny
bethany beth bethan
bradley brad
cameron cam
catherine katherine kathryn catharine cathryn kate katie cathy kathy kat kitty
charles charlie chas chuck
charlotte lottie lotte
christina chris chrissie tina
christopher topher kit
daniel dan danny
danielle dani
david dave davey
deborah debbie deb debra
dominic dom
dorothy dot dottie dolly
edward ed eddie ted teddy ned
eleanor elinor ellie nell nora
elizabeth elisabeth liz lizzie beth betty eliza libby lisa
emily em emmy emilia
evelyn evie eve
florence flo florrie flossie
francis frank frankie
frances fran francesca
frederick fred freddie freddy
gabriel gabe
gabriella gabby
george georgie
georgina georgia gina
gerald gerry
grace gracie
gregory greg
harold harry hal
henry hank
harriet hattie
isabella isabel isabelle isobel bella izzy issy
isaac ike zac
jacob jakob jake
jack jackie
jacqueline jacqui
james jim jimmy jamie
janet jan
jasmine jasmin jas jazz
jennifer jen jenny
jessica jess jessie
john johnny jon
jonathan jonny
joseph joe joey
josephine josie jo
joshua josh
judith judy
julian jules
katelyn kaitlyn caitlin
kenneth ken kenny
kimberley kim
lauren laurie
lawrence laurence larry
leonard leo len lenny
lewis louis lou
lily lilly lillian
louise lou
lucy lucie
madeleine maddie maddy madison
margaret maggie meg peggy
martin marty
matilda tilly tilda
matthew matt matty
maximilian max maxwell
megan meggie
melissa mel
mohammed mohammad muhammad mohamed muhammed mohamad mo
michael mike mick mickey
nathan nathaniel nate nat
natalie nat
natasha tasha
nicholas nicolas nick nicky
nicola nikki
oliver ollie olly
olivia liv livvy livi
oscar oskar ozzie
pamela pam
patricia pat patsy trish
patrick paddy
peter pete
philip phillip filip phil pip
phoebe phebe
poppy pops
rachel rachael rach
raymond ray
rebecca becky becca bex
richard rich dick ricky rick
robert rob robbie bob bobby bert
ronald ron ronnie
rosemary rose rosie
samuel sam sammy
samantha sammie
sarah sara sadie sally
scarlett scarlet
sebastian seb
sophia sofia sophie sofie
stephen steven steve stevie stephan stefan
stephanie steph
susan sue susie suzanne susannah
theodore theo
teresa theresa terri tess
thomas tom tommy
timothy tim timmy
toby tobias
victoria viktoria wiktoria vicky vikki tori
vincent vince vinny
william will bill billy willy liam
yasmin yasmine yas
zachary zach zack zak
aaliyah aliyah aliya aaliya
abdullah abdallah abdullahi
ahmed ahmad ahmet
aidan aiden ayden
aisha ayesha aysha aishah
amina aminah
amira amirah
ayaan ayan
conor connor
darcy darcey
elliot elliott eliot
ewan euan ewen
fatima fatimah fatema
finley finlay
hannah hanna hana
hassan hasan
hussain hussein husayn husain
ibrahim ibraheem ebrahim
jackson jaxon jaxson
jayden jaiden jaydon
kacper kasper casper
kayden kaiden
kieran kieron
layla leyla laila leila
lucas lukas
marcus markus
maryam mariam
niamh neve
rayan rayyan
rhys reece rees
sean shaun shawn
yusuf yousef yusef youssef yousuf
zainab zaynab zeinab
zayn zain
zoe zoey
"""


def _table() -> dict[str, str]:
    nicknames: dict[str, str] = {}
    for line in _GROUPS.split("\n"):
        names = line.split()
        for name in names:
            nicknames.setdefault(name, names[0])
    return nicknames


NICKNAMES = _table()
