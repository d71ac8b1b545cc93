# The topic of all alarms.

resource "aws_sns_topic" "alarms" {
  name              = "ExchangeAlarms"
  kms_master_key_id = aws_kms_key.exchange.id
}

resource "aws_sns_topic_subscription" "email" {
  count = var.alarm_email == null ? 0 : 1

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}
