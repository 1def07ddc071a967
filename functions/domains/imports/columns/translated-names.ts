import type { Part } from './header-names.ts';

/**
 * The names of profile fields in German, French, Spanish, Italian, Dutch, Portuguese and Polish, and further ones in
 * English.
 */
const names: Partial<Readonly<Record<Part, string>>> = {
  email:
    'mail address|mél|e-mail adresse|email adresse|e-mailadresse|e-mail-adres|e-mail adres|mailadres|' +
    'e-mail address|e-mail-adresse|email-adresse|emailadresse|mailadresse|adresse e-mail|' +
    'adresse email|adresse mail|adresse électronique|courriel|correo|correo electrónico|' +
    'dirección de correo|dirección de correo electrónico|indirizzo email|' +
    'indirizzo e-mail|posta elettronica|e-mailadres|emailadres|correio eletrônico|correio eletrónico|' +
    'endereço de e-mail|endereço de email|adres e-mail|adres email|poczta elektroniczna',
  phone_number:
    'tel|tel.|phone no.|cell|cell phone|telefon-nr.|telefonnr.|n° de téléphone|numéro de portable|' +
    'numero di cellulare|' +
    'número de móvil|número de celular|mobielnummer|gsm|nr telefonu|tel. kom.|' +
    'telephone|telephone number|mobile|mobile phone|mobile number|telefon|telefonnummer|handy|handynummer|' +
    'mobil|mobilnummer|mobiltelefon|rufnummer|téléphone|numéro de téléphone|téléphone portable|portable|' +
    'tél|tél.|teléfono|telefono|número de teléfono|móvil|teléfono móvil|numero di telefono|cellulare|' +
    'telefoon|telefoonnummer|mobiel|mobiele telefoon|telefone|número de telefone|celular|telemóvel|' +
    'numer telefonu|telefon komórkowy|komórka',
  first_name:
    'firstname|given name|vorname|prénom|nombre|nombre de pila|nome|voornaam|primeiro nome|' + 'nome próprio|imię',
  last_name:
    'lastname|surname|family name|nachname|familienname|zuname|nom de famille|apellido|apellidos|cognome|' +
    'achternaam|familienaam|sobrenome|apelido|último nome|nazwisko',
  organization:
    'organisation|firma|firmenname|unternehmen|société|entreprise|empresa|azienda|società|ragione sociale|' +
    'bedrijf|bedrijfsnaam|nazwa firmy',
  title: 'berufsbezeichnung|funktionsbezeichnung',
  locale: 'sprache|langue|idioma|lingua|taal|język',
  address1:
    'street|street and number|straße|strasse|straße und hausnummer|anschrift|adresse|adresse 1|rue|' +
    'dirección|domicilio|calle|indirizzo|via|adres|straat|endereço|morada|rua|ulica',
  address2:
    "adresszusatz|adresse 2|complément d'adresse|complément d’adresse|dirección 2|indirizzo 2|adres 2|" + 'endereço 2',
  city:
    'town|stadt|ort|wohnort|ville|ciudad|localidad|población|città|comune|stad|plaats|woonplaats|cidade|' +
    'localidade|miasto|miejscowość',
  region:
    'bundesland|kanton|région|département|región|provincia|estado|regione|provincie|regio|região|distrito|' +
    'województwo',
  zip:
    'c.p.|npa|zip/postal code|postcode|plz|postleitzahl|code postal|código postal|cp|cap|codice postale|cep|' +
    'kod pocztowy',
  country:
    'country name|land|ländercode|länderkürzel|staat|pays|code pays|país|código de país|paese|' +
    'nazione|landcode|kraj|państwo',
  timezone: 'zeitzone|fuseau horaire|zona horaria|fuso orario|tijdzone|fuso horário|strefa czasowa',
  latitude: 'breitengrad|latitud|latitudine|breedtegraad|szerokość geograficzna',
  longitude: 'längengrad|longitud|longitudine|lengtegraad|długość geograficzna',
  ip: 'ip|ip-adresse|adresse ip|dirección ip|indirizzo ip|ip-adres|endereço ip|adres ip',
};

/** The names as written, and without accents, which capitals and old programs omit. */
const spelt = (written: readonly string[]): readonly string[] => [
  ...new Set([...written, ...written.map((name) => name.normalize('NFD').replace(/\p{M}/gu, ''))]),
];

const byPart = new Map(Object.entries(names).map(([part, text]) => [part, spelt(text.split('|'))]));

export const translatedNames = (part: Part): readonly string[] => byPart.get(part) ?? [];
