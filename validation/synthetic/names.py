"""Names from which synthetic people are made; none is of a real person."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIRLS = _words(
    "Olivia Amelia Isla Ava Ivy Freya Lily Florence Mia Willow Rosie Sophia Isabella Grace Daisy Sienna Poppy Elsie "
    "Emily Ella Evelyn Phoebe Evie Charlotte Harper Millie Matilda Maya Sophie Alice Emilia Isabelle Ruby Luna Maisie "
    "Aria Penelope Mila Bonnie Eva Hallie Eliza Ada Violet Esme Arabella Imogen Jessica Delilah Chloe Aisha Fatima "
    "Zainab Maryam Hannah Layla Amina Priya Anaya Zara Siân Niamh Aoife Zoë Chloé Łucja Zofia Maja Hana Chidinma "
    "Adaeze Temi Abigail Nancy Thea Lottie Orla Margot Robyn Heidi Lara Edith Nora Clara Beatrice Martha Erin Lola "
    "Anna Summer"
)
BOYS = _words(
    "Noah Oliver George Arthur Muhammad Leo Harry Oscar Archie Henry Theodore Freddie Jack Charlie Theo Alfie Jacob "
    "Thomas Finley Arlo William Lucas Roman Tommy Isaac Teddy Alexander Luca Edward James Joshua Albie Elijah Max "
    "Mohammed Reuben Mason Sebastian Rory Jude Benjamin Samuel Hugo Louie Harrison Ethan Ezra Daniel Joseph Adam "
    "Yusuf Ibrahim Ayaan Zayn Omar Arjun Dev Kian Seán Ciarán José Łukasz Jakub Filip Oskar Antoni Chidi Emeka Tobi "
    "Kofi Zachary Caleb Toby Rowan Jasper Otis Ronnie Stanley Frankie Bobby Ralph Elliot Blake Harvey Dylan Riley "
    "Callum Kai Nathan Ryan Jake Owen Rhys"
)
MOTHERS = _words(
    "Sarah Laura Gemma Emma Rebecca Claire Victoria Samantha Rachel Amy Jennifer Nicola Katie Lisa Kelly Natalie "
    "Louise Michelle Hayley Helen Charlotte Joanne Lucy Leanne Stacey Danielle Lauren Kirsty Holly Jade Chantelle "
    "Aneta Katarzyna Magdalena Ioana Nadia Shabana Rukhsana Nasreen Farah Amara Ngozi Folake Blessing Mei Ling "
    "Siobhán Gráinne Alys Cerys"
)
SURNAMES = _words(
    "Smith Jones Williams Taylor Brown Davies Evans Wilson Thomas Johnson Roberts Robinson Thompson Wright Walker "
    "White Edwards Hughes Green Hall Lewis Harris Clarke Patel Jackson Wood Turner Martin Cooper Hill Ward Morris "
    "Moore Clark Lee King Baker Harrison Morgan Allen James Scott Phillips Watson Davis Parker Price Bennett Young "
    "Griffiths Mitchell Kelly Cook Carter Richardson Bailey Collins Bell Shaw Murphy Miller Cox Richards Khan "
    "Marshall Anderson Simpson Ellis Adams Singh Begum Wilkinson Foster Chapman Powell Webb Rogers Gray Mason Ali "
    "Hunt Hussain Campbell Matthews Owen Palmer Holmes Mills Barnes Knight Lloyd Butler Russell Barker Fisher Stevens "
    "Jenkins Murray Dixon Harvey Kowalski Nowak Wiśniewski Okafor Adeyemi Mensah Popescu O'Brien O'Connor O'Neill "
    "McCarthy McDonald Ahmed Akhtar Rahman Chowdhury Müller García Nguyen Chen Wong Zhang Oyelaran Abubakar Ferreira "
    "Silva"
)
STEMS = _words(
    "Ash Bar Beck Black Brad Brook Burn Chal Clif Cran Dal Den East Fair Farn Gal Hal Hart Hather Hol Kirk Lang Lin "
    "Mar Mid New Nor Oak Pen Rad Red Ros Shel Stan Stock Sut Thorn Wal Wes Whit Win Wood"
)
ENDINGS = _words(
    "bourne bridge bury by combe cott croft dale den field ford gate ham hurst land ley ridge shaw ton well wick worth"
)

NICKNAMES = {
    "Alexander": "Alex",
    "Alfie": "Alfred",
    "Archie": "Archibald",
    "Benjamin": "Ben",
    "Charlie": "Charles",
    "Daniel": "Danny",
    "Edward": "Ted",
    "Elizabeth": "Lizzie",
    "Freddie": "Frederick",
    "Harry": "Harrison",
    "Isabella": "Bella",
    "Jacob": "Jake",
    "Jack": "John",
    "James": "Jimmy",
    "Jessica": "Jess",
    "Joseph": "Joe",
    "Joshua": "Josh",
    "Louie": "Louis",
    "Matilda": "Tilly",
    "Millie": "Amelia",
    "Amelia": "Amy",
    "Muhammad": "Mohammed",
    "Mohammed": "Mo",
    "Nathan": "Nate",
    "Oliver": "Ollie",
    "Olivia": "Liv",
    "Penelope": "Penny",
    "Charlotte": "Lottie",
    "Samuel": "Sam",
    "Sebastian": "Seb",
    "Theodore": "Theo",
    "Thomas": "Tom",
    "Tommy": "Thomas",
    "William": "Billy",
    "Zachary": "Zac",
    "Abigail": "Abi",
    "Emily": "Em",
    "Evie": "Eve",
    "Isabelle": "Izzy",
    "Arabella": "Bella",
    "Beatrice": "Bea",
    "Florence": "Flo",
    "Sophie": "Sophia",
    "Maisie": "Margaret",
    "Rebecca": "Becky",
    "Samantha": "Sam",
    "Katarzyna": "Kasia",
    "Magdalena": "Magda",
    "Jennifer": "Jenny",
    "Victoria": "Vicky",
}
