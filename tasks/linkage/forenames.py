"""Forenames that children in England commonly have: two of them are two names, however few letters lie between them."""

# What matters are names that a slip of the fingers would turn into another; a rare name that is like no other may be
# missing. In the letters in which forenames are compared.
_COMMON = """
aaliya aaliyah aarav aaron abbie abdul abdullah abdullahi abel abigail abraham ada adam adan addison aden adil aditya
adrian adriana agatha ahmad ahmed ahmet aidan aiden aila ailsa aimee aisha aisling ajay akash alan alana albert albie
aleena aleksander aleksandra alesha alex alexa alexander alexandra alexandria alexis alfie alfred ali alia alice
alicia alina alisha alistair aliya aliyah alma alya alyssa amaan aman amanda amani amara amaya amber amelia amelie
amin amina aminah amir amira amirah amy ana anas anaya andre andrea andrei andrew angel angela angus anisa anita aniya
anna annabel annabelle anne annie anthony anton antoni antonia anya aoife arabella aran archer archie ardit aria
ariana arianna arjun arlo armaan arman arran arthur arun arya asa asha asher ashley ashton asia asma athena aubrey
aurora austin autumn ava avery avi ayaan ayah ayan ayana ayden ayesha ayla ayman ayra aysha ayub azaan aziz azlan
bailey barnaby beatrice beatrix beau bella ben benedict benjamin bertie beth bethany betsy bianca bilal billie billy
blake blessing bobby bodhi bonnie brandon brayden breanna brendan brian brianna brody brogan brooke brooklyn bruno
bryan bryn byron caleb callie callum calum cameron camilla cara carl carla carlo carlos carly carmen caroline carter
casey casper cassidy cassie catherine catrin cecilia celia celine cerys chad chanel chantelle charles charley charlie
charlotte chase chelsea chiara chidi chike chloe christian christina christopher cian ciara ciaran claire clara clark
clay clement clementine cleo cody cole colin connie connor conor cora corey courtney craig crystal curtis cyrus daisy
dale damian damien damon dan dana daniel daniela daniella danielle danny dante darcey darcy daria darius darren dave
david dawid dawson dean deborah declan delilah della demi denis dennis derek destiny devon dexter diana diego dilan
dina dominic dominik donna dora dorian doris dorothy duncan dylan eadie eden edie edith edmund edward edwin effie eira
eleanor elena eleni eleri eli elias elif elijah elin elina eliot eliott eliza elizabeth ella ellen ellie elliot
elliott elliotte ellis elodie eloise elsa elsie emaan eman emeka emelia emil emilia emilie emily emma emmanuel emmie
enzo eoin eric erica erik erika erin esa esmae esme esther ethan etta euan eva evan evangeline eve evelyn everly evie
ewan ezra faisal faith faiza farah farhan faris fatima fatimah faye felicity felix fern fiadh filip finlay finley finn
finnley fiona fletcher flora florence florian flynn frances francesca francis franciszek frank frankie fraser freddie
freddy freya gabriel gabriella gabrielle gareth gavin gemma gene george georgia georgie georgina gia gianna gideon
gina giovanni gloria grace gracie graham grayson greta griffin gwen habib hadi hadiya hafsa haider hailey haleema
halima hallie hamish hamza hana hanna hannah hari haris harlan harley harlow harper harriet harrison harry harvey
hasan hassan hattie hayden hayley hazel heath heather hector heidi helen helena henley henry hermione hetty hiba holly
honey hope hudson hugh hugo humaira hunter husayn hussain hussein ian ianto ibraheem ibrahim idris iga igor ikra ila
ilyas iman imani imogen imran ina inaaya inaya india indie ines iona ira irina iris isa isaac isabel isabella isabelle
isha ishaan isla islay ismael ismail isobel israel ivan ivo ivy iyla izaan izabela jack jackson jacob jacqueline jada
jade jaden jago jai jaime jake jakob jakub jamal james jamie jamil jan jana jane janet janine jared jasmin jasmine
jason jasper jax jaxon jaxson jay jaya jayden jaydon jayla jayne jean jeevan jemima jemma jenna jennifer jenny jensen
jenson jeremiah jeremy jermaine jess jesse jessica jessie jibril jill jo joan joanna joanne jodie joe joel joey john
johnny jolie jon jonah jonas jonathan jordan jorge jorgie jose josef joseph josephine josh joshua josiah joy juan jude
judith julia julian juliana julie juliet june juno justin kacey kacper kaden kai kaia kaiden kaitlyn kamil kamila kane
kara karan karen karim karl karla karol karolina kasper kate katherine kathryn katie kay kaya kayden kayla kayleigh
keeley keira keith kelly kelsey ken kenny kenzo keziah khadija khalid kian kiana kiara kiera kieran kim kimberley
kirsten kirsty kit kitty klara kobe kobi kofi konrad krish kristen kristian kyla kylan kyle kylie kyra kyran lacey
laiba laila lana lara laura laurel lauren laurence lawson layla lea leah leanne lee leela leia leighton lena lennie
lennon lennox leo leon leona leonard leonardo leonie leroy lesley leticia levi lewis lexi lexie leyla lia liam liana
lila lilah lilia lilian lillian lilly lily lina linda lisa liv livia liya lochlan logan lois lola lorcan lorna lottie
lou louie louis louisa louise luca lucas lucia lucian lucie lucy luis luisa luka lukas luke luna lydia lyla lyra mabel
macey macie mackenzie maddie maddison madeleine madeline madison maeve magda magdalena mahdi mahi mahmoud mahnoor maia
maira maisie maisy maja malachi malaika malak malakai mali malik manha manuel mara marc marcel marcella marco marcus
margaret margot maria mariah mariam marian mariana marie marina marion marisa mark marley marlon marnie marta martha
martin martina mary maryam mason mateo mateusz mathew matilda matthew maude max maxim maxine maxwell may maya megan
mehmet melanie melina melissa mia micah michael michaela michal michelle mickey mika mikael mikaela mila milan milana
milena miles miley millie milly milo mina minnie mira miriam miya mohamed mohammad mohammed moira mollie molly monica
monika morgan moses muhammad muhammed musa mustafa myah myla mylah myles mylo myra nabil nadia naila naima naina nana
nancy naomi natalia natalie natasha nate nathan nathaniel neil nell nelly nelson nevaeh ngozi nia niall niam niamh
nicholas nico nicola nicole nihal nikita niko nikola nikolas nina nirvana noa noah noel noor nora norah nour nuala nuh
nyla nylah ocean octavia odin ola olaf ole olive oliver olivia ollie omar omari omer ophelia orion orla orlando osama
oscar osian oskar otis otto owain owen pablo paige paisley paloma pamela paolo paris parker patricia patrick patryk
paul paula paulina pauline pearl penelope penny perry peter petra phillip phoebe pia piotr piper pippa polly poppy
precious preston princess priya quinn rabia rachel rae raegan rafael rafe rafferty raheem rahma raihan raina raj raja
ralph ramona rania rares raul raya rayan raymond rayyan razan rebecca reece reed reeva regan reggie rehan reid reign
remi remy ren rene reuben rhea rhian rhiannon rhona rhys ria rian ricardo richard ricky rida ridley riley rio rishi
rita river riya robert roberta roberto robin robyn rocco rohan roisin roma roman romeo romy ronald ronan ronnie rory
rosa rosalie rosanna rose roseanna rosie ross rowan roy ruben ruby rufus rui rumi rupert russell ruth ryan ryder rylan
saad saanvi sabina sabrina sadia safa saffron safiya sahar sahil saif saim saira salim salma salman sam sama samaira
samantha sameer sami samir samira samson samuel sana sandra saniya sanjay sara sarah sarina sasha saskia savannah
scarlett scott sean seb sebastian selena selin selina seren serena seth shaan shae shahid shan shane shania shannon
sharon shaun sheila shelby shreya shyam sia sian sid sidney sienna silas silvia simon simone simran siobhan siya skye
skyla skylar sofia sol solomon sonia sonny sophia sophie spencer stacey stanley stefan stella stephanie stephen steven
stuart subhan sufyan sulaiman suleman sumayyah summer susan sybil sydney sylvia sylvie szymon taha tahir talia
tallulah tamara tamsin tania tanya tara taran tariq taylor teagan teddy temi teo teresa tess tessa thalia thea theo
theodora theodore theresa thomas tia tiana tiffany tilly tim tina tobi tobias tobin toby tom tommy toni tony tori
tracey travis trent trinity tristan troy tyla tyler tyrese tyrone tyson uma umair umar ursula usman valentina valerie
vanessa vera veronica vicky victor victoria viktor viktoria vincent viola violet vivian vivienne wafa walter warren
wayne wesley wiktor wiktoria wilfred will william willow wilson winnie winston wren xander xavier yahya yara yasin
yasir yasmin yasmina yazan yousef yunus yusef yusra yusuf yvonne zac zach zachariah zachary zack zahra zaid zain zaina
zainab zak zakaria zakariya zane zara zarah zayaan zayan zayd zayden zayn zayna zayyan zeb zeenat zeke zena zeynep
zion ziva zoe zofia zoha zora zoya zubair zuri zuzanna
"""

COMMON = frozenset(_COMMON.split())
