// Drives Segment's client for Go, unmodified: the arguments are host, write key, user, e-mail address, count of numbers.
package main

import (
	"log"
	"os"
	"strconv"
	"sync"

	"github.com/segmentio/analytics-go/v3"
)

// Close drops what waits for another try. So the program waits until everything has arrived.
type arrivals struct{ sync.WaitGroup }

func (waiting *arrivals) Success(analytics.Message) { waiting.Done() }

func (waiting *arrivals) Failure(_ analytics.Message, err error) { log.Fatal(err) }

func main() {
	host, key, user, email := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	numbers, err := strconv.Atoi(os.Args[5])
	if err != nil {
		log.Fatal(err)
	}
	waiting := &arrivals{}
	client, err := analytics.NewWithConfig(key, analytics.Config{Endpoint: host, BatchSize: 5, Callback: waiting})
	if err != nil {
		log.Fatal(err)
	}
	visitor := "visitor-" + user
	tea := analytics.NewProperties().Set("product_id", "p-1").Set("name", "Tea")
	order := analytics.NewProperties().Set("order_id", "o-1").SetTotal(12.5).SetCurrency("EUR").
		SetProducts(analytics.Product{ID: "p-1", Name: "Tea", Price: 12.5})
	messages := []analytics.Message{
		analytics.Track{AnonymousId: visitor, Event: "Product Viewed", Properties: tea},
		analytics.Identify{UserId: user, Traits: analytics.NewTraits().SetEmail(email).SetFirstName("Ada")},
		analytics.Track{UserId: user, Event: "Order Completed", Properties: order},
		analytics.Page{UserId: user, Name: "Home"},
		analytics.Screen{UserId: user, Name: "Cart"},
		analytics.Group{UserId: user, GroupId: "g-1", Traits: analytics.NewTraits().SetName("Engines")},
		analytics.Alias{UserId: user, PreviousId: visitor},
	}
	for n := 0; n < numbers; n++ {
		messages = append(messages, analytics.Track{
			UserId: user, Event: "Numbered", Properties: analytics.NewProperties().Set("n", n),
		})
	}
	waiting.Add(len(messages))
	for _, message := range messages {
		if err := client.Enqueue(message); err != nil {
			log.Fatal(err)
		}
	}
	waiting.Wait()
	if err := client.Close(); err != nil {
		log.Fatal(err)
	}
}
