// The shop's own script. Calls of Tributary wait in this array until its script is there.
window.tributary ??= [];

const products = [
  { id: 'TEA-1', name: 'First flush', price: 12.9, color: '#7da453' },
  { id: 'TEA-2', name: 'Smoked black', price: 9.5, color: '#8a5a34' },
  { id: 'POT-2', name: 'Clay pot', price: 61, color: '#c98d6b' },
];
const cart = JSON.parse(localStorage.getItem('cart') ?? '[]');
const at = (selector) => document.querySelector(selector);

/** Makes an element with a text and perhaps a class. */
const make = (tag, text, className = '') =>
  Object.assign(document.createElement(tag), { textContent: text, className });

/** A cup of its tea is the picture of a product. */
const picture = (color) => {
  const cup = make('div', '', 'cup');
  cup.style.background = color;
  return cup;
};

const showProducts = (list) => {
  for (const { id, name, price, color } of products) {
    const item = make('li', '');
    const link = Object.assign(make('a', name), { href: `product.html?id=${id}` });
    item.append(picture(color), link, make('div', `€ ${price.toFixed(2)}`));
    list.append(item);
  }
};

const showProduct = (place) => {
  const product = products.find(({ id }) => id === new URLSearchParams(location.search).get('id')) ?? products[0];
  const { id, name, price, color } = product;
  const button = make('button', 'Add to cart');
  button.addEventListener('click', () => {
    cart.push(id);
    localStorage.setItem('cart', JSON.stringify(cart));
    tributary.push(['track', 'Added to Cart', { sku: id, price }]);
    location.assign('cart.html');
  });
  place.append(picture(color), make('h1', name), make('p', `€ ${price.toFixed(2)}`), button);
  tributary.push(['trackViewedItem', { Title: name, ItemId: id, Url: location.href, Metadata: { Price: price } }]);
};

const showCart = (place) => {
  const lines = products.filter(({ id }) => cart.includes(id));
  for (const { id, name } of lines) place.append(make('li', `${cart.filter((one) => one === id).length} × ${name}`));
  if (lines.length === 0) place.append(make('li', 'It is empty.'));
};

const askConsent = () => {
  const decide = (isGiven) => {
    localStorage.setItem('consent', String(isGiven));
    tributary.push(['consent', { analytics: isGiven, marketing: isGiven }]);
    at('#consent')?.remove();
  };
  const decided = localStorage.getItem('consent');
  if (decided !== null) return decide(decided === 'true');
  const banner = Object.assign(make('section', 'May we remember what you look at?'), {
    id: 'consent',
    ariaLabel: 'Cookies',
  });
  for (const [label, isGiven] of [
    ['Yes', true],
    ['No', false],
  ]) {
    const button = make('button', label);
    button.addEventListener('click', () => decide(isGiven));
    banner.append(button);
  }
  document.body.append(banner);
};

if (at('#products')) showProducts(at('#products'));
if (at('#product')) showProduct(at('#product'));
if (at('#cart')) showCart(at('#cart'));
at('#news')?.addEventListener('click', ({ target }) => tributary.push(['openForm', target.dataset.form]));
askConsent();
