"""What is public: pages, feed and open data of published letters, what became of each, and who else published them."""
